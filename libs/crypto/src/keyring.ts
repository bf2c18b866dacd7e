import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomFillSync,
  type KeyObject,
} from 'node:crypto';
import { Problem } from '@causeway/problem';

export interface EncryptionKey {
  /** Public, and part of every ciphertext. */
  id: string;
  /** 32 bytes. */
  secret: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** IVs are drawn in blocks because one draw costs as much as the encryption itself. They are not secret. */
const IVS = 256;
const VERSION = 'v1';

/**
 * Encrypts secrets with AES-256-GCM as `v1.<key id>.<base64url of IV, ciphertext and tag>`: the first key seals, all keys open. `context`
 * is authenticated but not stored, so a sealed secret that was moved to another connection or organization does not open.
 */
export class Keyring {
  /** Of each key, the first one first: another key with the same id has another fingerprint, and the key cannot be computed from it. */
  readonly fingerprints: readonly string[];
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly sealing: { id: string; key: KeyObject };
  private readonly ivs = Buffer.alloc(IVS * IV_BYTES);
  private ivsUsed = IVS;

  constructor(keys: readonly EncryptionKey[]) {
    const [first] = keys;
    if (first === undefined) throw new Error('A keyring needs at least one key.');
    this.keys = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret)]));
    this.fingerprints = keys.map(({ secret }) =>
      createHmac('sha256', secret).update('fingerprint').digest('base64url'),
    );
    this.sealing = { id: first.id, key: createSecretKey(first.secret) };
  }

  seal(plaintext: string, context: string): string {
    const { id, key } = this.sealing;
    const iv = this.nextIv();
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(id, context));
    const sealed = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${id}.${sealed.toString('base64url')}`;
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

  /** @returns `null` if the text was changed, was sealed for another context, or its key is not configured */
  tryOpen(sealed: string, context: string): string | null {
    const [version, id, payload, ...rest] = sealed.split('.');
    if (version !== VERSION || id === undefined || payload === undefined || rest.length > 0) return null;
    const key = this.keys.get(id);
    const bytes = Buffer.from(payload, 'base64url');
    // Base64url has several encodings of the same bytes; only the one that `seal` returned is accepted.
    if (key === undefined || bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== payload)
      return null;
    try {
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(id, context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plaintext = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([plaintext, decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  /** @throws Problem `store-unavailable`, which names the key */
  open(sealed: string, context: string): string {
    const plaintext = this.tryOpen(sealed, context);
    if (plaintext !== null) return plaintext;
    const id = sealed.split('.')[1] ?? '';
    const reason = this.keys.has(id)
      ? 'It was changed or moved.'
      : `It was sealed with the key "${id}", which is not configured.`;
    throw new Problem('store-unavailable', `A stored secret cannot be opened. ${reason}`);
  }
}

function associatedData(keyId: string, context: string): Buffer {
  return Buffer.from(`${VERSION}.${keyId}\n${context}`, 'utf8');
}
