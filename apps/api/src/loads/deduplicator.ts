import type { IntegrationItem } from '../integrations/integration.js';
import { HashSet, SHORT_HASH_LENGTH, hashOf, shortHash } from './hashes.js';

/** Items whose hashes travel in a cursor: a page of each list that is read side by side, in a URL that proxies accept. */
const IN_CURSOR = 600;

/** A load remembers at least this many of its last items. Two sets of them take 17 MB, however long a load is. */
const REMEMBERED = 500_000;

/** Gives each item of a load once: over any distance within one response, and over a cursor for the last items. */
export class Deduplicator {
  private current = new HashSet();
  private previous: HashSet | null = null;
  private readonly inCursor: Set<string>;
  /** A ring of the short hashes for the next cursor; `next` is the oldest one. */
  private readonly last: string[];
  private next: number;

  /** @param hashes of items given before, as `hashes` returned them */
  constructor(
    hashes: string,
    private readonly remembered = REMEMBERED,
  ) {
    this.last = hashes.match(new RegExp(`.{${SHORT_HASH_LENGTH}}`, 'g')) ?? [];
    this.inCursor = new Set(this.last);
    this.next = this.last.length % IN_CURSOR;
  }

  /** @returns true the first time */
  isNew({ type, driveId, id }: IntegrationItem): boolean {
    const hash = hashOf(`${type} ${driveId ?? ''} ${id}`);
    if (this.previous?.has(hash) === true) return false;
    const short = shortHash(hash);
    if (this.inCursor.has(short) || !this.current.add(hash)) return false;
    this.last[this.next] = short;
    this.next = (this.next + 1) % IN_CURSOR;
    if (this.current.size >= this.remembered) {
      this.previous = this.current;
      this.current = new HashSet();
    }
    return true;
  }

  /** Of the last items, oldest first. */
  hashes(): string {
    return [...this.last.slice(this.next), ...this.last.slice(0, this.next)].join('');
  }
}
