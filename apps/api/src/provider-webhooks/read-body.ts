import type { IncomingMessage } from 'node:http';
import { Problem } from '@causeway/problem';

/** The bytes as they came. @throws Problem `invalid-request` for more than `limit`, and for fewer than were announced */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw new Problem('invalid-request', `The body may have at most ${limit} bytes.`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    // Whoever breaks off is no failure of the service, which operators are alarmed of.
    throw new Problem('invalid-request', 'The body broke off.', {}, { cause });
  }
  return Buffer.concat(chunks);
}
