import type { Keyring } from '@causeway/crypto';
import type { Store } from '@causeway/store';
import { decodeEntry, hashOf, hashOfEntry, NO_HASH, type ChainEntry, type NumberedEntry } from './chain-entry.js';
import { HEAD, LOG, openHead, PARTITION, type ChainHead } from './chain-head.js';

/** What a chain shows. Times are ISO 8601. */
export interface Verification {
  entries: number;
  from: string | null;
  to: string | null;
  /** Joins this chain to what was exported before. */
  previousHash: string;
  hash: string;
}

/** Names the first entry that does not fit. */
export class BrokenChainError extends Error {
  override readonly name = 'BrokenChainError';
}

const PAGE = 1_000;

/** Entries in the order of the chain, one after the other. */
class ChainCheck {
  readonly verification: Verification = { entries: 0, from: null, to: null, previousHash: NO_HASH, hash: NO_HASH };
  private last: { number: number; id: string } | null = null;

  /** @throws BrokenChainError */
  add(number: number, entry: ChainEntry, hash: string): void {
    const { id, at, type, detail, previousHash } = entry;
    const { verification, last } = this;
    if (type === 'chain-restarted') throw new BrokenChainError(`${id} of ${at} says that ${detail}`);
    if (last === null) {
      verification.previousHash = previousHash;
      verification.from = at;
    } else if (number !== last.number + 1) {
      throw new BrokenChainError(`${id} follows ${last.id}: entries between them were removed or moved`);
    } else if (previousHash !== verification.hash) {
      throw new BrokenChainError(`${id} does not fit ${last.id}: one of them was changed`);
    }
    this.last = { number, id };
    verification.entries += 1;
    verification.to = at;
    verification.hash = hash;
  }
}

/**
 * Verifies what is stored, also beside a running service.
 * @throws BrokenChainError
 */
export async function verifyStore(store: Store, keyring: Keyring): Promise<Verification> {
  const check = new ChainCheck();
  let page = await store.logFrom(PARTITION, LOG, 0, PAGE);
  // After the first page: by then, older entries may have been dropped for their age or number, but not the other way round.
  const head = await readHead(store, keyring);
  if (head === null) {
    if (page.length > 0) throw new BrokenChainError('the head of the chain is missing, but it has entries');
    return check.verification;
  }
  const first = decode(page[0]?.entry ?? '', 'the first entry');
  if (first.number > head.first)
    throw new BrokenChainError(`aud_${head.first} is missing, the oldest entry that is kept`);
  for (let newest = -1; newest < head.number; page = await store.logFrom(PARTITION, LOG, next(page), PAGE)) {
    if (page.length === 0) throw new BrokenChainError(`aud_${newest + 1} is missing, and the entries after it`);
    for (const { entry: text } of page) {
      if (newest === head.number) break;
      const decoded = decode(text, newest < 0 ? 'the first entry' : `the entry after aud_${newest}`);
      check.add(decoded.number, decoded.entry, hashOfEntry(decoded));
      newest = decoded.number;
    }
  }
  if (check.verification.hash !== head.hash)
    throw new BrokenChainError(`aud_${head.number}, the newest entry, was changed`);
  return check.verification;
}

/**
 * Verifies an export, which has to be one without filters: lines of JSON. What is cut off at its beginning or end cannot be seen from it.
 * @throws BrokenChainError
 */
export async function verifyExport(lines: AsyncIterable<string>): Promise<Verification> {
  const check = new ChainCheck();
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    const { hash, ...entry } = parse(text, line);
    if (hash !== hashOf(entry.previousHash, entry))
      throw new BrokenChainError(`${entry.id} in line ${line} was changed: its hash is that of other content`);
    check.add(Number(/^aud_(\d+)$/.exec(entry.id)?.[1]), entry, hash);
  }
  return check.verification;
}

async function readHead(store: Store, keyring: Keyring): Promise<ChainHead | null> {
  const sealed = await store.get({ partition: PARTITION, key: HEAD });
  if (sealed === null) return null;
  const head = openHead(keyring, sealed);
  if (head !== null) return head;
  throw new BrokenChainError('the head of the chain was changed, or its key is not in ENCRYPTION_KEYS');
}

function decode(text: string, name: string): NumberedEntry {
  const decoded = decodeEntry(text);
  if (decoded === null) throw new BrokenChainError(`${name} is missing or no entry of this service`);
  return decoded;
}

function next(page: readonly { number: number }[]): number {
  return (page.at(-1)?.number ?? 0) + 1;
}

/** Only what an export writes: no member twice, of which readers of JSON may take the one or the other, and no space between them. */
function parse(text: string, line: number): ChainEntry & { hash: string } {
  try {
    const parsed = JSON.parse(text) as ChainEntry & { hash: string };
    const isEntry = typeof parsed.id === 'string' && typeof parsed.previousHash === 'string';
    if (isEntry && JSON.stringify(parsed) === text.trim()) return parsed;
  } catch {
    // Said below, as for JSON that is no entry.
  }
  throw new BrokenChainError(`line ${line} is no entry of an audit log as it was exported`);
}
