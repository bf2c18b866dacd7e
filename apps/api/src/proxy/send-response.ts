import type { OutgoingHttpHeaders } from 'node:http';
import type { StreamedResponse } from '@causeway/http-client';
import type { FastifyReply } from 'fastify';
import { SANDBOXED } from './response-headers.js';

export interface ProxiedResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: StreamedResponse['body'];
}

/**
 * Bypasses Fastify, which sends the headers only with the first part of the body, and would send the problem of a provider that breaks off
 * before that with that provider's headers. The `onResponse` hooks still run.
 */
export function sendResponse(reply: FastifyReply, { status, headers, body }: ProxiedResponse): void {
  const ours = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  const response = reply.raw;
  if (body.isComplete && !body.destroyed) {
    const whole = body.read() as Buffer | null;
    if (whole !== null) headers['content-length'] ??= `${whole.length}`;
    response.writeHead(status, { ...headers, ...ours, ...SANDBOXED });
    // As a string of its bytes it is written together with the head: piping a small body takes twice as long.
    response.end(whole?.toString('latin1'), 'latin1');
    return;
  }
  response.writeHead(status, { ...headers, ...ours, ...SANDBOXED });
  // A part of the body that is there already goes out with the headers.
  if (body.readableLength === 0 && !body.readableEnded) response.flushHeaders();
  // A body that breaks off must not look complete to the client. Node's `pipeline` creates an error also for a body that ends well.
  const abort = () => response.destroy();
  if (body.destroyed) return void abort();
  body.once('error', abort);
  response.once('close', () => body.destroy());
  body.pipe(response);
}
