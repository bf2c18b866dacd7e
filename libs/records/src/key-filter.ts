import type { Plan } from './plan-changes.js';

/** 1 MB: of keys that are not in it, with a million others one of forty seems to be. */
const BITS = 2 ** 23;
const HASHES = 4;

/** A Bloom filter: which keys are not in it, it says for sure. */
class KeyFilter {
  private readonly words = new Uint32Array(BITS / 32);

  add(key: string): void {
    const hash = fnv1a(key);
    for (let index = 0; index < HASHES; index += 1) {
      const bit = bitOf(hash, index);
      this.words[bit >>> 5] = (this.words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  mayHave(key: string): boolean {
    const hash = fnv1a(key);
    for (let index = 0; index < HASHES; index += 1) {
      const bit = bitOf(hash, index);
      if (((this.words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

function fnv1a(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function bitOf(hash: number, index: number): number {
  return (hash + index * ((hash >>> 15) | 1)) % BITS;
}

/** Of collections that a run of this process fills from empty: the index is not asked for keys that it cannot have. */
export class KeyFilters {
  /** With the sequence number up to which it has all keys. */
  private readonly filters = new Map<string, { filter: KeyFilter; sequence: number }>();

  /** @param sequence of the collection */
  mayHave(id: string, sequence: number, key: string): boolean {
    const known = this.filters.get(id);
    return sequence > 0 && (known?.sequence !== sequence || known.filter.mayHave(key));
  }

  /** @param sequence of the collection before these changes */
  note(id: string, sequence: number, plan: Plan): void {
    if (plan.records.length === 0) return;
    const known = sequence === 0 ? { filter: new KeyFilter(), sequence } : this.filters.get(id);
    if (known === undefined) return;
    // Another process has changed it meanwhile, or what was noted was not stored.
    if (known.sequence !== sequence) return this.forget(id);
    for (const { key } of plan.records) known.filter.add(key);
    this.filters.set(id, { ...known, sequence: plan.sequence });
  }

  forget(id: string): void {
    this.filters.delete(id);
  }
}
