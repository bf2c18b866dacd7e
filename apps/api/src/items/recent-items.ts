import { createHash } from 'node:crypto';
import type { IntegrationItem } from '../integrations/integration.js';

/** Pages of a provider overlap by a page at most (records that move while they are listed): more than the largest page. */
const REMEMBERED = 250;

/** 48 bits: among this many, two items share a mark once in a million million loads. */
const MARK_BYTES = 6;

/** Keeps a load from giving an item twice: all items of this page of ours, and over its cursor the last ones of the page before. */
export class RecentItems {
  private readonly known: Set<string>;

  constructor(marks: readonly string[]) {
    this.known = new Set(marks);
  }

  isNew({ type, id }: IntegrationItem): boolean {
    const mark = createHash('sha256').update(`${type} ${id}`).digest().subarray(0, MARK_BYTES).toString('base64url');
    if (this.known.has(mark)) return false;
    this.known.add(mark);
    return true;
  }

  /** Oldest first. */
  marks(): string[] {
    return [...this.known].slice(-REMEMBERED);
  }
}
