import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { MacKeys } from './mac-keys.js';
import { SealingKeys, type SealingKey } from './sealing-keys.js';

export interface EncryptionKey {
  /** Public, and part of every ciphertext. */
  id: string;
  /** 32 bytes. */
  secret: Buffer;
}

/**
 * The operator's keys: the first one seals, all of them open. None of them is used itself: each purpose has keys of its own, derived by
 * HKDF (RFC 5869), so that whoever makes the service seal many cursors uses up no initialization vectors of the credentials.
 */
export class Keyring {
  /** Of each key, the first one first: another key with the same id has another fingerprint, and the key cannot be computed from it. */
  readonly fingerprints: readonly string[];
  /** The first one seals. */
  readonly ids: readonly string[];

  private readonly derived = new Map<string, SealingKeys>();

  constructor(private readonly keys: readonly EncryptionKey[]) {
    if (keys.length === 0) throw new Error('A keyring needs at least one key.');
    this.ids = keys.map(({ id }) => id);
    this.fingerprints = keys.map(({ secret }) =>
      createHmac('sha256', secret).update('fingerprint').digest('base64url'),
    );
  }

  /**
   * What was sealed for one purpose does not open for another. Derived once, so it may be called for every use.
   * @param opensV1 whether what earlier versions sealed opens too: they used one key, without a purpose
   */
  sealingKeys(purpose: string, { opensV1 = false } = {}): SealingKeys {
    const name = `${purpose} ${opensV1}`;
    const known = this.derived.get(name);
    if (known !== undefined) return known;
    const derived = new SealingKeys(
      this.keys.map(({ id, secret }): SealingKey => {
        return { id, key: derive(secret, `seal ${purpose}`), v1Key: opensV1 ? createSecretKey(secret) : null };
      }),
    );
    this.derived.set(name, derived);
    return derived;
  }

  macKeys(purpose: string): MacKeys {
    return new MacKeys(this.keys.map(({ id, secret }) => ({ id, key: derive(secret, `authenticate ${purpose}`) })));
  }
}

function derive(secret: Buffer, purpose: string) {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `causeway ${purpose}`, 32)));
}
