import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from '@causeway/problem';
import type { Shutdown } from '../shutdown/shutdown.js';
import { sendRawProblem } from './raw-problem.js';

/** What is ended at once has written its response by then: the rest waits for something that goes on, such as a refresh. */
const ANSWER_MS = 500;
/** Then a response that nobody reads is cut. */
const CUT_MS = 1_500;
const RETRY_AFTER_SECONDS = 1;

/**
 * While the process drains, a connection is closed after its response: the next request comes on a new one, to another process. When it
 * ends, the requests that are still open are ended too.
 */
export function endOpenRequests({ server }: FastifyInstance, { draining, ending }: Shutdown): void {
  const open = new Set<ServerResponse>();
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining.aborted) response.shouldKeepAlive = false;
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  draining.addEventListener('abort', () => {
    for (const response of open) response.shouldKeepAlive = false;
  });
  ending.addEventListener('abort', () => {
    setTimeout(() => {
      for (const response of open) if (!response.headersSent) sendRawProblem(response, shuttingDown());
    }, ANSWER_MS).unref();
    setTimeout(() => server.closeAllConnections(), CUT_MS).unref();
  });
}

function shuttingDown(): Problem {
  return new Problem('shutting-down', 'This process is shutting down. Send the request again.', {
    retryAfter: RETRY_AFTER_SECONDS,
  });
}
