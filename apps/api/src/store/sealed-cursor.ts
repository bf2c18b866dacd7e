import type { Keyring, SealingKeys } from '@causeway/crypto';
import { Problem } from '@causeway/problem';

/** Cursors of the API are sealed: a client can neither read nor change one, nor use it for another list. */
export function sealCursor(keyring: Keyring, list: string, position: unknown): string {
  return keysOf(keyring).seal(JSON.stringify(position), `cursor ${list}`);
}

/** @throws Problem `invalid-request` for a cursor of another list, or a changed one */
export function openCursor<T>(keyring: Keyring, list: string, cursor: string): T {
  const position = keysOf(keyring).tryOpen(cursor, `cursor ${list}`);
  if (position !== null) return JSON.parse(position) as T;
  throw new Problem('invalid-request', 'This cursor belongs to another list, or was changed. Start again without it.', {
    errors: [{ pointer: '/cursor', detail: 'is no cursor of this list' }],
  });
}

/** A load that an earlier version gave a cursor of is resumed. */
function keysOf(keyring: Keyring): SealingKeys {
  return keyring.sealingKeys('cursor', { opensV1: true });
}
