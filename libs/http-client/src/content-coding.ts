import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { UpstreamError } from './upstream-error.js';

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Decode = promisify(zlib.gunzip);
const inflate: Decode = promisify(zlib.inflate);
const inflateRaw: Decode = promisify(zlib.inflateRaw);

/** RFC 9110, 8.4.1. Some servers use codings that no request of ours accepts. */
const DECODERS = new Map<string, Decode>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['br', promisify(zlib.brotliDecompress)],
  // Some servers send `deflate` without the zlib header.
  ['deflate', (bytes, options) => (hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, options)],
]);

/** What requests accept: of the codings above, the one that every provider has, and the cheapest to decode. */
export const ACCEPTED_CODING = 'gzip';

/** No server applies more. */
const MAX_CODINGS = 3;

/**
 * The body without the codings that `Content-Encoding` names.
 * @param maxBytes of the decoded body: 32 MB of zeros are 32 kB of gzip
 * @throws UpstreamError `too-large`, or `malformed`
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | string[] | undefined,
  maxBytes: number,
): Promise<Buffer> {
  if (contentEncoding === undefined) return body;
  const codings = String(contentEncoding)
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS) throw new UpstreamError('malformed', { note: 'It has too many content codings.' });
  let decoded = body;
  // The last one was applied last.
  for (const coding of codings.reverse()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) throw new UpstreamError('malformed', { note: 'It has an unknown content coding.' });
    if (decoded.length === 0) return decoded;
    decoded = await decode(decoded, { maxOutputLength: maxBytes }).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'ERR_BUFFER_TOO_LARGE'
        ? tooLarge(maxBytes)
        : new UpstreamError('malformed', { note: 'Its content coding could not be decoded.' }, { cause });
    });
  }
  return decoded;
}

export function tooLarge(maxBytes: number): UpstreamError {
  return new UpstreamError('too-large', { note: `It is larger than ${maxBytes >> 20} MB.` });
}

/** RFC 1950, 2.2: the method is 8, and the first two bytes are a multiple of 31. */
function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length > 1 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
