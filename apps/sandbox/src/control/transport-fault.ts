import type { FastifyReply } from 'fastify';
import type { MockResponse } from '../core/response.js';
import type { Fault, FaultKind } from './faults.js';

const TRANSPORT: ReadonlySet<FaultKind> = new Set([
  'cut-before-headers',
  'cut-mid-body',
  'malformed-json',
  'html',
  'never-answers',
]);

export const transportFault = (faults: readonly Fault[]): Fault | undefined =>
  faults.find(({ kind }) => TRANSPORT.has(kind));

const GATEWAY_PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Something went wrong</h1></body></html>';

/** Sends a broken response. `ended` receives the status that was sent, or 0 if none was. */
export function sendFaulty(
  fault: Fault,
  response: MockResponse,
  reply: FastifyReply,
  ended: (status: number) => void,
): void {
  const payload = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
  const status = response.status || 200;
  reply.hijack();
  const { raw } = reply;
  const head = (code: number, type: string, length: number) =>
    raw.writeHead(code, { ...response.headers, 'content-type': type, 'content-length': length });
  switch (fault.kind) {
    case 'cut-before-headers':
      ended(0);
      raw.socket?.destroy();
      return;
    case 'cut-mid-body':
      ended(status);
      head(status, 'application/json', Buffer.byteLength(payload));
      raw.write(payload.slice(0, Math.ceil(payload.length / 2)), () => raw.socket?.destroy());
      return;
    case 'malformed-json': {
      const broken = payload.slice(0, Math.ceil(payload.length * 0.6));
      ended(status);
      head(status, 'application/json', Buffer.byteLength(broken));
      raw.end(broken);
      return;
    }
    case 'html':
      ended(fault.status ?? 200);
      head(fault.status ?? 200, 'text/html; charset=utf-8', Buffer.byteLength(GATEWAY_PAGE));
      raw.end(GATEWAY_PAGE);
      return;
    default:
      // never-answers: ends when the client closes the connection or the sandbox stops.
      raw.once('close', () => ended(0));
  }
}
