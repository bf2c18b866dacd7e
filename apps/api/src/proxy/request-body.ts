import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Problem } from '@causeway/problem';

/** Bodies up to this size are read first, so that they can be sent again. */
const KEPT_BYTES = 64 * 1024;

/** RFC 9110, 9.3.1: content in them means nothing. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export interface RequestBody {
  body?: Buffer | Readable;
  /** Of a streamed body whose length is known: some providers take no chunks. */
  contentLength?: string;
}

/** What the caller sends: a small body whole, any other as it comes. @throws Problem `invalid-request` for one that breaks off */
export async function requestBody(request: IncomingMessage, allowSlowBody: () => void): Promise<RequestBody> {
  if (WITHOUT_BODY.has(request.method ?? '')) return {};
  const { 'content-length': contentLength, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && (contentLength === undefined || contentLength === '0')) return {};
  if (contentLength !== undefined && Number(contentLength) <= KEPT_BYTES) return { body: await whole(request) };
  allowSlowBody();
  // A provider that answers early ends the stream that it was given; the caller's connection has to outlive that.
  const body = Readable.from(request.iterator({ destroyOnReturn: false }), { objectMode: false });
  return { body, ...(contentLength === undefined ? {} : { contentLength }) };
}

async function whole(request: IncomingMessage): Promise<Buffer> {
  try {
    return await buffer(request);
  } catch (cause) {
    throw new Problem('invalid-request', 'The body broke off.', {}, { cause });
  }
}
