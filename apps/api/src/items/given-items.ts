import type { IntegrationItem } from '../integrations/integration.js';
import { FingerprintSet, fingerprintOf, fingerprintOfMark, markOf, type Fingerprint } from './fingerprints.js';

/** How many of the items given last travel in a cursor: more than the largest page of a provider that overlaps with the next. */
const IN_CURSOR = 250;

/** A load knows at least this many of its last items; then it forgets those before. Two sets of them take 64 MB. */
const REMEMBERED = 2_000_000;

/** Keeps a load from giving an item twice, over any distance within one answer, and over its cursor for the last ones. */
export class GivenItems {
  private current = new FingerprintSet();
  private previous: FingerprintSet | null = null;
  private readonly last: Fingerprint[] = [];
  private next = 0;

  constructor(
    marks: readonly string[],
    private readonly remembered = REMEMBERED,
  ) {
    for (const mark of marks) this.add(fingerprintOfMark(mark));
  }

  isNew({ type, id }: IntegrationItem): boolean {
    return this.add(fingerprintOf(`${type} ${id}`));
  }

  /** Of the items given last, oldest first. */
  marks(): string[] {
    return [...this.last.slice(this.next), ...this.last.slice(0, this.next)].map(markOf);
  }

  private add(fingerprint: Fingerprint): boolean {
    if (this.previous?.has(fingerprint) === true || !this.current.add(fingerprint)) return false;
    this.last[this.next] = fingerprint;
    this.next = (this.next + 1) % IN_CURSOR;
    if (this.current.size >= this.remembered) {
      this.previous = this.current;
      this.current = new FingerprintSet();
    }
    return true;
  }
}
