import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  /** As in the request, still encoded. */
  target: string;
  headers: IncomingHttpHeaders;
  /** As it came. */
  body: string;
}

type Respond = (response: ServerResponse, received: Received) => void;

/** Takes webhooks as an app does. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** How it responds; 200 and the body that came, which pleases every handshake. */
  respond: Respond = (response, { body }) => response.end(body);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const { method = '', url: target = '', headers } = request;
        const one = { method, target, headers, body };
        receiver.received.push(one);
        receiver.respond(response, one);
      });
    });
    const receiver = new WebhookReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The parsed bodies, after so many have come. */
  async bodies<T = Record<string, unknown>>(count: number): Promise<T[]> {
    while (this.received.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.received.map(({ body }) => JSON.parse(body) as T);
  }

  /** Forgets what came, and responds as in the beginning. */
  clear(): void {
    this.received.length = 0;
    this.respond = (response, { body }) => response.end(body);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
