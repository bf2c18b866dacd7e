import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedWebhook {
  /** The path that it came to. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The status that it was given. */
  status: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Of the requests from now on; 204 at first. `hang`: no response. */
  respond(status: number | 'hang'): void;
  stop(): Promise<void>;
}

/** An HTTP server that keeps the webhooks which it is sent. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let next: number | 'hang' = 204;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const status = next === 'hang' ? 0 : next;
      received.push({ path: request.url ?? '', headers: request.headers, body, status });
      if (next !== 'hang') response.writeHead(next, { location: 'http://127.0.0.1:9/' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    respond: (status) => (next = status),
    async stop() {
      server.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.once('close', resolve));
    },
  };
}
