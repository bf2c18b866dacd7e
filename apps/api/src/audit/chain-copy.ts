import type { Keyring } from '@causeway/crypto';
import type { LogEntry, Ref, Store, StoredEntry } from '@causeway/store';
import { decodeEntry } from './chain-entry.js';
import { HEAD, LOG, openHead, PARTITION } from './chain-head.js';

const PAGE = 1_000;
const HEAD_REF: Ref = { partition: PARTITION, key: HEAD };

/** Whether `entriesOfChain` gives it. */
export function isOfChain(entry: StoredEntry): boolean {
  if (entry.kind === 'value') return entry.ref.partition === PARTITION && entry.ref.key === HEAD;
  return entry.partition === PARTITION && entry.kind === 'log' && entry.log === LOG;
}

/**
 * The chain with a head that fits it, also while others append: the head is read after entries that it covers, and what comes after it is
 * left out.
 * @param textOf the text of the stored head; `null`: it cannot be read, and everything that is stored is given
 */
export async function* entriesOfChain(
  store: Store,
  keyring: Keyring,
  textOf: (ref: Ref, stored: string) => string | null,
): AsyncGenerator<StoredEntry[]> {
  let next = 0;
  let isFirst = true;
  const part = (entries: readonly LogEntry[]): StoredEntry[] => {
    if (entries.length === 0) return [];
    const texts = entries.map(({ entry }) => entry);
    const found: StoredEntry = {
      kind: 'log',
      partition: PARTITION,
      log: LOG,
      isFirst,
      entries: texts,
      expiresAt: null,
    };
    isFirst = false;
    return [found];
  };
  const page = async () => {
    const entries = await store.logFrom(PARTITION, LOG, next, PAGE);
    next = (entries.at(-1)?.number ?? next - 1) + 1;
    return entries;
  };
  let last: readonly LogEntry[] = [];
  // The newest page is given when the head is known.
  for (let entries = await page(); entries.length > 0; entries = await page()) {
    yield part(last);
    last = entries;
  }
  const stored = await store.get(HEAD_REF);
  const text = stored === null ? null : textOf(HEAD_REF, stored);
  const head = text === null ? null : openHead(keyring, text);
  const isCovered = ({ entry }: LogEntry) => (decodeEntry(entry)?.number ?? 0) <= (head?.number ?? Infinity);
  for (; last.length > 0 && last.every(isCovered); last = await page()) yield part(last);
  yield part(last.filter(isCovered));
  if (stored !== null) yield [{ kind: 'value', ref: HEAD_REF, value: stored, expiresAt: null }];
}
