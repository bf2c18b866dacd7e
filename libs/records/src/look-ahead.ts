import { BLOCK_RECORDS, type Block } from './blocks.js';
import type { KnownRecord } from './plan-changes.js';
import type { RecordChanges } from './record-store.js';

/**
 * A list mostly comes in the order of the pass before, which is that of the blocks: a few of them say what the index would have to be
 * asked for once for each record. Only a guess: what is not in these blocks is looked up in the index.
 */
export class LookAhead {
  private readonly places = new Map<string, number>();

  /** @returns the blocks to look at: so many after this sequence number; `null`: none, as for changes that do not follow a list */
  blocks(id: string, { upserts, seen }: RecordChanges): { after: number; limit: number } | null {
    const after = this.places.get(id) ?? 0;
    return seen && after < NOWHERE ? { after, limit: Math.ceil(upserts.length / BLOCK_RECORDS) + 1 } : null;
  }

  note(id: string, { upserts, seen }: RecordChanges, known: ReadonlyMap<string, KnownRecord>): void {
    if (!seen) return;
    const last = upserts.findLast(({ key }) => known.has(key));
    this.places.set(id, (last && known.get(last.key)?.sequence) ?? NOWHERE);
  }

  /** The run has ended, or is another process's: the next one begins at the beginning. */
  forget(id: string): void {
    this.places.delete(id);
  }
}

/** After nothing but new records. */
const NOWHERE = Infinity;

export function knownIn(blocks: Iterable<Block>): Map<string, KnownRecord> {
  const known = new Map<string, KnownRecord>();
  for (const { entries } of blocks) for (const entry of entries) known.set(entry.key, entry);
  return known;
}
