/** 64 bits of a text: among a million items two collide once in some thirty million loads. */
export interface Hash {
  high: number;
  low: number;
}

/** Not for secrets: fast and well mixed (two multiplicative hashes that are combined at the end, after cyrb53). */
export function hashOf(text: string): Hash {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return { high: high >>> 0, low: low >>> 0 };
}

/** Characters of a short hash. */
export const SHORT_HASH_LENGTH = 8;

/** 48 of the bits as a text, for cursors. */
export function shortHash({ high, low }: Hash): string {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(high & 0xffff, 0);
  bytes.writeUInt32BE(low, 2);
  return bytes.toString('base64url');
}

const INITIAL_SLOTS = 1 << 12;

/** A set of hashes in 16 to 32 bytes each: half a million of them take 8 MB, where strings would take 50. */
export class HashSet {
  size = 0;
  private slots = new Uint32Array(2 * INITIAL_SLOTS);

  /** @returns false if it was in the set already */
  add({ high, low }: Hash): boolean {
    if (this.size * 4 >= this.slots.length) this.grow();
    // Two zeros mark a free slot.
    return this.insert(high, low === 0 && high === 0 ? 1 : low);
  }

  has({ high, low }: Hash): boolean {
    const at = this.find(high, low === 0 && high === 0 ? 1 : low);
    return this.slots[at] !== 0 || this.slots[at + 1] !== 0;
  }

  private insert(high: number, low: number): boolean {
    const at = this.find(high, low);
    if (this.slots[at] !== 0 || this.slots[at + 1] !== 0) return false;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.size += 1;
    return true;
  }

  /** The slot that holds it, or the free one where it belongs. */
  private find(high: number, low: number): number {
    const { slots } = this;
    const last = slots.length - 1;
    for (let at = (low << 1) & last; ; at = (at + 2) & last) {
      if ((slots[at] === high && slots[at + 1] === low) || (slots[at] === 0 && slots[at + 1] === 0)) return at;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(2 * old.length);
    this.size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      if (high !== 0 || low !== 0) this.insert(high, low);
    }
  }
}
