import { hash as digest, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../access/access.decorator.js';

/** As stored. Times are milliseconds since the epoch. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  scopes: Scope[];
  /** `null`: all organizations. */
  orgIds: string[] | null;
  createdAt: number;
  expiresAt: number | null;
  /** SHA-256 of the whole key, base64url. The secret has 256 bits, so a slow password hash would not protect it better. */
  hash: string;
}

const FORMAT = /^cwk_([0-9a-f]{16})_[\w-]{43}$/;

/** Secret scanners recognize the prefix. The key contains its id. */
export function newApiKey(): { id: string; key: string } {
  const id = randomBytes(8).toString('hex');
  return { id, key: `cwk_${id}_${randomBytes(32).toString('base64url')}` };
}

/** `null`: not an API key. */
export function idOfApiKey(key: string): string | null {
  return FORMAT.exec(key)?.[1] ?? null;
}

export function hashOfKey(key: string): Buffer {
  return digest('sha256', key, 'buffer');
}

/** In constant time, whatever the length of the key. */
export function isSameKey(hash: Buffer, key: string): boolean {
  return timingSafeEqual(hash, hashOfKey(key));
}
