import type { IncomingMessage } from 'node:http';
import { Problem } from '@causeway/problem';

/** The bytes as they came. @throws Problem `invalid-request` for more than `limit` */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new Problem('invalid-request', `The body may have at most ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
