import type { Keyring, SealingKeys } from '@causeway/crypto';

/** Where the next entry goes. */
export interface ChainHead {
  /** Of the newest entry. */
  number: number;
  hash: string;
  /** Of the oldest entry that is kept: older ones were dropped by `AUDIT_ENTRIES` or `AUDIT_DAYS`. */
  first: number;
}

/** All entries share a partition: the head changes in one step with the entries that are appended. */
export const PARTITION = 'audit';
export const LOG = 'chain';
export const HEAD = 'head';

const CONTEXT = 'head of the audit log';

/** Sealed, so that nobody without the key makes a chain of other entries pass for this one. */
export function sealHead(keyring: Keyring, { number, hash, first }: ChainHead): string {
  return keysOf(keyring).seal(JSON.stringify([number, hash, first]), CONTEXT);
}

/** @returns `null` for a head that was changed, or sealed with a key that is not configured */
export function openHead(keyring: Keyring, sealed: string): ChainHead | null {
  const opened = keysOf(keyring).tryOpen(sealed, CONTEXT);
  if (opened === null) return null;
  const [number, hash, first] = JSON.parse(opened) as [number, string, number];
  return { number, hash, first };
}

function keysOf(keyring: Keyring): SealingKeys {
  return keyring.sealingKeys('audit log');
}
