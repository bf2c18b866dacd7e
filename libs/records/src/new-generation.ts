import { randomBytes } from 'node:crypto';

export function newGeneration(): string {
  return randomBytes(9).toString('base64url');
}
