import { hash as digest, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../access/access.decorator.js';

/** An API key as it is stored. Times are milliseconds since the epoch. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  scopes: Scope[];
  /** `null`: all organisations. */
  orgIds: string[] | null;
  createdAt: number;
  expiresAt: number | null;
  /** SHA-256 of the whole key, base64url. Its secret has 256 bits: a slow password hash would protect nothing more. */
  hash: string;
}

const FORM = /^cwk_([0-9a-f]{16})_[\w-]{43}$/;

/** A key that can be recognised in logs and by secret scanners, with its id inside. */
export function newApiKey(): { id: string; key: string } {
  const id = randomBytes(8).toString('hex');
  return { id, key: `cwk_${id}_${randomBytes(32).toString('base64url')}` };
}

/** `null`: no key of ours. */
export function idOfApiKey(key: string): string | null {
  return FORM.exec(key)?.[1] ?? null;
}

export function hashOfKey(key: string): Buffer {
  return digest('sha256', key, 'buffer');
}

/** In constant time: hashes have the same length whatever was sent. */
export function isSameKey(hash: Buffer, key: string): boolean {
  return timingSafeEqual(hash, hashOfKey(key));
}
