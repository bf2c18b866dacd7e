import { Readable } from 'node:stream';
import { decodeBody } from './content-coding.js';
import type { HttpResponse, StreamedResponse } from './http-message.js';
import { parseJson } from './parse-json.js';

/** No error response of a provider is longer. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads the body of a streamed response that may tell something, and returns the response with all of its body still to be read.
 * @returns `read`: the response with its JSON; its body is `undefined` if that is long, breaks off, or is no JSON
 */
export async function peekBody(
  response: StreamedResponse,
): Promise<{ response: StreamedResponse; read: HttpResponse }> {
  const { status, headers, body } = response;
  const unread = { response, read: { status, headers, body: undefined } };
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) continue;
      body.unshift(Buffer.concat(chunks));
      return unread;
    }
  } catch {
    return unread;
  }
  const whole = Buffer.concat(chunks);
  const decoded = await decodeBody(whole, headers['content-encoding'], MAX_BYTES).catch(() => Buffer.alloc(0));
  const again = Object.assign(Readable.from([whole], { objectMode: false }), {
    isComplete: false,
    dump: async () => void again.destroy(),
  });
  return { response: { status, headers, body: again }, read: { status, headers, body: parseJson(decoded) } };
}
