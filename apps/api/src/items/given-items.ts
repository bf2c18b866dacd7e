import type { IntegrationItem } from '../integrations/integration.js';
import { FingerprintSet, MARK_LENGTH, fingerprintOf, markOf } from './fingerprints.js';

/** How many of the items given last travel in a cursor: a page of each list that is walked side by side, in a URL that proxies accept. */
const IN_CURSOR = 600;

/** A load knows at least this many of its last items; then it forgets those before. Two sets of them take 17 MB, however long a load is. */
const REMEMBERED = 500_000;

/** Keeps a load from giving an item twice, over any distance within one answer, and over its cursor for the last ones. */
export class GivenItems {
  private current = new FingerprintSet();
  private previous: FingerprintSet | null = null;
  private readonly before: Set<string>;
  private readonly last: string[];
  private next: number;

  /** @param marks of the items given before, as `marks` gave them */
  constructor(
    marks: string,
    private readonly remembered = REMEMBERED,
  ) {
    this.last = marks.match(new RegExp(`.{${MARK_LENGTH}}`, 'g')) ?? [];
    this.before = new Set(this.last);
    this.next = this.last.length % IN_CURSOR;
  }

  isNew({ type, id }: IntegrationItem): boolean {
    const fingerprint = fingerprintOf(`${type} ${id}`);
    if (this.previous?.has(fingerprint) === true) return false;
    const mark = markOf(fingerprint);
    if (this.before.has(mark) || !this.current.add(fingerprint)) return false;
    this.last[this.next] = mark;
    this.next = (this.next + 1) % IN_CURSOR;
    if (this.current.size >= this.remembered) {
      this.previous = this.current;
      this.current = new FingerprintSet();
    }
    return true;
  }

  /** Of the items given last, oldest first. */
  marks(): string {
    return [...this.last.slice(this.next), ...this.last.slice(0, this.next)].join('');
  }
}
