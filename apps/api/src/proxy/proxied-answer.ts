import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { SANDBOXED } from './answer-headers.js';

export interface ProxiedAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Readable;
}

/**
 * Past the framework, which would write the head with the first part of the body only, and would tell of a provider that breaks off
 * before that under that provider's headers. The hooks that see an answer's end still do.
 */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: ProxiedAnswer): void {
  const ours = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  const response: ServerResponse = reply.raw;
  response.writeHead(status, { ...headers, ...ours, ...SANDBOXED });
  // A small answer is there already and goes out with its head.
  if (body.readableLength === 0 && !body.readableEnded) response.flushHeaders();
  // What breaks off here has to break off there: an end would look like the whole. Node's `pipeline` makes an error for every end.
  const cut = () => response.destroy();
  if (body.destroyed) return void cut();
  body.once('error', cut);
  response.once('close', () => body.destroy());
  body.pipe(response);
}
