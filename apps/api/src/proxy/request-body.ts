import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Problem } from '@causeway/problem';

/** Bodies up to this size are read first, so that they can be sent again. */
const MAX_BUFFERED_BYTES = 64 * 1024;

/** RFC 9110, 9.3.1: their content has no meaning. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export interface RequestBody {
  body?: Buffer | Readable | undefined;
  /** Of a streamed body whose length is known: some providers do not accept chunks. */
  contentLength?: string | undefined;
}

/** The caller's body: a small one as a whole, any other as a stream. @throws Problem `invalid-request` for a small one that breaks off */
export async function requestBody(request: IncomingMessage, allowSlowBody: () => void): Promise<RequestBody> {
  if (WITHOUT_BODY.has(request.method ?? '')) return {};
  const { 'content-length': contentLength, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && (contentLength === undefined || contentLength === '0')) return {};
  if (contentLength !== undefined && Number(contentLength) <= MAX_BUFFERED_BYTES) return { body: await whole(request) };
  allowSlowBody();
  // A response before the end of the body ends this stream, and must not end the caller's connection.
  const body = Readable.from(request.iterator({ destroyOnReturn: false }), { objectMode: false });
  return { body, contentLength };
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  try {
    return await buffer(request);
  } catch (cause) {
    throw new Problem('invalid-request', 'The body broke off.', {}, { cause });
  }
}
