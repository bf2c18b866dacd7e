import type { IncomingMessage } from 'node:http';
import type { Problem } from '@causeway/problem';
import './request-id.js';

/** Node's response, of either HTTP version. */
export interface RawResponse {
  req: IncomingMessage;
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Where no hook and no filter of Fastify runs. */
export function sendRawProblem(response: RawResponse, problem: Problem): void {
  const { retryAfter } = problem.details;
  response.statusCode = problem.status;
  response.setHeader('content-type', 'application/problem+json; charset=utf-8');
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  response.end(JSON.stringify({ ...problem.toBody(), requestId: response.req.requestId }));
}
