import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { SANDBOXED } from './response-headers.js';

export interface ProxiedResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Readable;
}

/**
 * Bypasses Fastify, which sends the headers only with the first part of the body, and would send the problem of a provider that breaks off
 * before that with that provider's headers. The `onResponse` hooks still run.
 */
export function sendResponse(reply: FastifyReply, { status, headers, body }: ProxiedResponse): void {
  const ours = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  const response = reply.raw;
  response.writeHead(status, { ...headers, ...ours, ...SANDBOXED });
  // A small body is there already and goes out with the headers.
  if (body.readableLength === 0 && !body.readableEnded) response.flushHeaders();
  // A body that breaks off must not look complete to the client. Node's `pipeline` creates an error also for a body that ends well.
  const abort = () => response.destroy();
  if (body.destroyed) return void abort();
  body.once('error', abort);
  response.once('close', () => body.destroy());
  body.pipe(response);
}
