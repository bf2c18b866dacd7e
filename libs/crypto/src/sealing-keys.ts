import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';
import { Problem } from '@causeway/problem';

export interface SealingKey {
  id: string;
  key: KeyObject;
  /** Opens what earlier versions sealed; `null`: that does not open. */
  v1Key: KeyObject | null;
}

interface Sealed {
  version: string;
  /** Of the key. */
  id: string;
  /** IV, ciphertext and tag. */
  bytes: Uint8Array;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** IVs are drawn in blocks because one draw costs as much as the encryption itself. They are not secret. */
const IVS = 256;
const VERSION = 'v2';

/**
 * Encrypts secrets of one purpose with AES-256-GCM as `v2.<key id>.<base64url of IV, ciphertext and tag>`: the first key seals, all keys
 * open. `context` is authenticated but not stored, so a sealed secret that was moved to another connection or organization does not open.
 */
export class SealingKeys {
  private readonly keys: ReadonlyMap<string, SealingKey>;
  private readonly first: SealingKey;
  private readonly prefix: string;
  private readonly ivs = Buffer.alloc(IVS * IV_BYTES);
  private ivsUsed = IVS;

  constructor(keys: readonly SealingKey[]) {
    const [first] = keys;
    if (first === undefined) throw new Error('Nothing can be sealed without a key.');
    this.first = first;
    this.prefix = `${VERSION}.${first.id}.`;
    this.keys = new Map(keys.map((key) => [key.id, key]));
  }

  seal(plaintext: string, context: string): string {
    return `${this.prefix}${Buffer.concat(this.encrypt(plaintext, context)).toString('base64url')}`;
  }

  /** As `seal`, without base64url: for what is large, and kept by stores of bytes. */
  sealBytes(plaintext: string, context: string): Buffer {
    return Buffer.concat([Buffer.from(this.prefix), ...this.encrypt(plaintext, context)]);
  }

  /** Whether `seal` or `sealBytes` would use the same version and the same key. */
  isCurrent(sealed: string | Uint8Array): boolean {
    const { prefix } = this;
    return typeof sealed === 'string'
      ? sealed.startsWith(prefix)
      : Buffer.from(sealed.subarray(0, prefix.length)).toString('latin1') === prefix;
  }

  /** @returns `null` if the text was changed, was sealed for another context or purpose, or its key is not configured */
  tryOpen(sealed: string, context: string): string | null {
    const [version = '', id = '', payload, ...rest] = sealed.split('.');
    if (payload === undefined || rest.length > 0) return null;
    const bytes = Buffer.from(payload, 'base64url');
    // Base64url has several encodings of the same bytes; only the one that `seal` returned is accepted.
    if (bytes.toString('base64url') !== payload) return null;
    return this.decrypt({ version, id, bytes }, context);
  }

  /** @throws Problem `store-unavailable`, which names the key */
  open(sealed: string, context: string): string {
    return this.tryOpen(sealed, context) ?? this.refuse(keyIdOf(sealed));
  }

  /** As `tryOpen`, for `sealBytes`. */
  tryOpenBytes(sealed: Uint8Array, context: string): string | null {
    return this.decrypt(partsOf(sealed), context);
  }

  /** As `open`, for `sealBytes`. */
  openBytes(sealed: Uint8Array, context: string): string {
    return this.tryOpenBytes(sealed, context) ?? this.refuse(partsOf(sealed).id);
  }

  private encrypt(plaintext: string, context: string): Buffer[] {
    const { id, key } = this.first;
    const iv = this.nextIv();
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(VERSION, id, context));
    return [iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
  }

  private decrypt({ version, id, bytes }: Sealed, context: string): string | null {
    const key = this.keyOf(version, id);
    if (key === null || bytes.length < IV_BYTES + TAG_BYTES) return null;
    try {
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(version, id, context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plaintext = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      // In GCM it has no bytes left, and throws if the tag is another one.
      decipher.final();
      return plaintext.toString('utf8');
    } catch {
      return null;
    }
  }

  private refuse(id: string): never {
    const reason = this.keys.has(id)
      ? 'It was changed or moved.'
      : `It was sealed with the key "${id}", which is not configured.`;
    throw new Problem('store-unavailable', `A stored secret cannot be opened. ${reason}`);
  }

  private keyOf(version: string, id: string): KeyObject | null {
    const key = this.keys.get(id);
    if (version === VERSION) return key?.key ?? null;
    return version === 'v1' ? (key?.v1Key ?? null) : null;
  }

  private nextIv(): Buffer {
    if (this.ivsUsed === IVS) {
      randomFillSync(this.ivs);
      this.ivsUsed = 0;
    }
    const from = this.ivsUsed * IV_BYTES;
    this.ivsUsed += 1;
    return this.ivs.subarray(from, from + IV_BYTES);
  }
}

/** The id of the key that sealed a text. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

function associatedData(version: string, keyId: string, context: string): Buffer {
  return Buffer.from(`${version}.${keyId}\n${context}`, 'utf8');
}

function partsOf(sealed: Uint8Array): Sealed {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const [versionEnd, idEnd] = [bytes.indexOf('.'), bytes.indexOf('.', bytes.indexOf('.') + 1)];
  const textOf = (start: number, end: number) => bytes.toString('latin1', start, Math.max(start, end));
  return { version: textOf(0, versionEnd), id: textOf(versionEnd + 1, idEnd), bytes: bytes.subarray(idEnd + 1) };
}
