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
  /** When it came, in milliseconds since the epoch. */
  at: number;
}

export interface WebhookResponse {
  status: number | 'hang';
  afterMs?: number;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Of the requests from now on; 204 at first. `hang`: no response. */
  respond(status: number | 'hang'): void;
  /** The same for one path. */
  respondAt(path: string, respond: () => WebhookResponse): void;
  stop(): Promise<void>;
}

/** An HTTP server that keeps the webhooks which it is sent. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const byPath = new Map<string, () => WebhookResponse>();
  let next: number | 'hang' = 204;
  const server = createServer((request, response) => {
    const { url: path = '', headers } = request;
    void text(request).then(
      (body) => {
        const { status, afterMs = 0 } = byPath.get(path)?.() ?? { status: next };
        received.push({ path, headers, body, status: status === 'hang' ? 0 : status, at: Date.now() });
        if (status === 'hang') return;
        setTimeout(() => response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(), afterMs);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    respond: (status) => (next = status),
    respondAt: (path, respond) => byPath.set(path, respond),
    async stop() {
      server.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.once('close', resolve));
    },
  };
}
