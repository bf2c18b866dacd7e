import { LRUCache } from 'lru-cache';
import type { Keyring, MacKeys } from '@causeway/crypto';
import type { Ref } from '@causeway/store';

interface AuthenticValue {
  state: 'authentic';
  text: string;
  /** Of its tag. */
  keyId: string;
}

/** What a stored value is worth. */
export type ReadValue =
  | AuthenticValue
  /** Its key is not configured, so nobody can tell. */
  | { state: 'unknown-key'; keyId: string }
  /** Of a later version of this service, which says by the number of the format that earlier ones cannot read it. */
  | { state: 'newer'; format: number }
  /** Changed, moved, or written by somebody without the key. */
  | { state: 'forged' }
  /** As earlier versions stored it. */
  | { state: 'untagged'; text: string };

/** The number is the format of a record: of its tag, and of what is in it. A change that an earlier version misreads takes the next one. */
const FORMAT_NUMBER = 1;
const ANY_FORMAT = /^m([1-9]\d{0,5})\./;
const TAGGED = /^m1\.([\w-]{1,32})\.([\w-]{43})\n/;
/** Verifying a value costs some 5 µs, a twentieth of a token look-up: those of late are remembered. */
const MAX_REMEMBERED = 5_000;
const MAX_REMEMBERED_LENGTH = 4_096;

/** Values in the store, as `m1.<key id>.<tag>` before the text. The tag is of the text and of the place where it stands. */
export class RecordTags {
  private readonly keys: MacKeys;
  private readonly verified = new LRUCache<string, { stored: string; value: AuthenticValue }>({ max: MAX_REMEMBERED });

  constructor(keyring: Keyring) {
    this.keys = keyring.macKeys('record');
  }

  /** @returns `null` for a value without a tag */
  static keyIdOf(stored: string): string | null {
    return TAGGED.exec(stored)?.[1] ?? null;
  }

  get firstKeyId(): string {
    return this.keys.firstId;
  }

  add(ref: Ref, text: string): string {
    const place = placeOf(ref);
    const known = this.verified.get(place);
    const keyId = this.keys.firstId;
    // What is expected was read or written before.
    if (known?.value.text === text && known.value.keyId === keyId) return known.stored;
    const stored = `m1.${keyId}.${this.keys.tag(place + text)}\n${text}`;
    this.remember(place, stored, { state: 'authentic', text, keyId });
    return stored;
  }

  read(ref: Ref, stored: string): ReadValue {
    const place = placeOf(ref);
    const known = this.verified.get(place);
    if (known?.stored === stored) return known.value;
    const value = this.verify(place, stored);
    if (value.state === 'authentic') this.remember(place, stored, value);
    return value;
  }

  private remember(place: string, stored: string, value: AuthenticValue): void {
    if (stored.length <= MAX_REMEMBERED_LENGTH) this.verified.set(place, { stored, value });
  }

  private verify(place: string, stored: string): ReadValue {
    const [head, keyId = '', tag = ''] = TAGGED.exec(stored) ?? [];
    if (head === undefined) {
      const format = Number(ANY_FORMAT.exec(stored)?.[1] ?? 0);
      if (format > FORMAT_NUMBER) return { state: 'newer', format };
      return format === FORMAT_NUMBER ? { state: 'forged' } : { state: 'untagged', text: stored };
    }
    if (!this.keys.has(keyId)) return { state: 'unknown-key', keyId };
    const text = stored.slice(head.length);
    return this.keys.verify(place + text, tag, keyId) ? { state: 'authentic', text, keyId } : { state: 'forged' };
  }
}

/** The lengths keep two refs from having one name. */
function placeOf({ partition, key }: Ref): string {
  return `${partition.length}.${key.length}.${partition}${key}`;
}
