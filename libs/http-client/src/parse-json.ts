/** Unlike `Buffer.toString`, it drops a byte order mark, which `JSON.parse` does not read (RFC 8259, 8.1). */
const utf8 = new TextDecoder();

/** `undefined` if the bytes are none, or not JSON. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
