import { LRUCache } from 'lru-cache';
import type { Keyring, MacKeys } from '@causeway/crypto';
import type { Ref } from '@causeway/store';

/** What a stored value is worth. `keyId` names the key of its tag. */
export type ReadValue =
  | { state: 'authentic'; text: string; keyId: string }
  /** Its key is not configured, so nobody can tell. */
  | { state: 'unknown-key'; keyId: string }
  /** Changed, moved, or written by somebody without the key. */
  | { state: 'forged' }
  /** As earlier versions stored it. */
  | { state: 'untagged'; text: string };

const TAGGED = /^m1\.([\w-]{1,32})\.([\w-]{43})\n/;
/** Verifying a value costs as much as a tenth of reading it: the values that are read again and again are remembered. */
const MAX_REMEMBERED = 1_000;
const MAX_REMEMBERED_LENGTH = 4_096;

/** Values in the store, as `m1.<key id>.<tag>` before the text. The tag is of the text and of the place where it stands. */
export class RecordTags {
  private readonly keys: MacKeys;
  private readonly verified = new LRUCache<string, string>({ max: MAX_REMEMBERED });

  constructor(keyring: Keyring) {
    this.keys = keyring.macKeys('record');
  }

  get firstKeyId(): string {
    return this.keys.firstId;
  }

  add(ref: Ref, text: string): string {
    return `m1.${this.keys.firstId}.${this.keys.tag(authenticated(ref, text))}\n${text}`;
  }

  read(ref: Ref, stored: string): ReadValue {
    const [head, keyId = '', tag = ''] = TAGGED.exec(stored) ?? [];
    if (head === undefined) return stored.startsWith('m1.') ? { state: 'forged' } : { state: 'untagged', text: stored };
    if (!this.keys.has(keyId)) return { state: 'unknown-key', keyId };
    const text = stored.slice(head.length);
    const place = placeOf(ref);
    if (this.verified.get(place) === stored) return { state: 'authentic', text, keyId };
    if (!this.keys.verify(authenticated(ref, text), tag, keyId)) return { state: 'forged' };
    if (stored.length <= MAX_REMEMBERED_LENGTH) this.verified.set(place, stored);
    return { state: 'authentic', text, keyId };
  }
}

/** The lengths keep two refs from having one name. */
function placeOf({ partition, key }: Ref): string {
  return `${partition.length}.${key.length}.${partition}${key}`;
}

function authenticated(ref: Ref, text: string): string {
  return `${placeOf(ref)}${text}`;
}
