import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Authenticates texts of one purpose with HMAC-SHA256: the first key makes tags, all keys verify them. */
export class MacKeys {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  readonly firstId: string;

  constructor(keys: readonly { id: string; key: KeyObject }[]) {
    const [first] = keys;
    if (first === undefined) throw new Error('Nothing can be authenticated without a key.');
    this.firstId = first.id;
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** @throws Error for a key that is not in the keyring */
  tag(text: string, keyId = this.firstId): string {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new Error(`There is no key "${keyId}".`);
    return createHmac('sha256', key).update(text).digest('base64url');
  }

  /** In constant time for tags of the right length. */
  verify(text: string, tag: string, keyId: string): boolean {
    if (!this.keys.has(keyId)) return false;
    const [expected, actual] = [Buffer.from(this.tag(text, keyId)), Buffer.from(tag)];
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }
}
