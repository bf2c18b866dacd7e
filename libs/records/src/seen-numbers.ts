const BYTES = 4;

/** Sequence numbers of records, one bit each: a million take 125 kB. */
export class SeenNumbers {
  private bits = new Uint8Array(1024);

  /** @param packed as `pack` makes it */
  add(packed: Uint8Array): void {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    for (let at = 0; at < packed.byteLength; at += BYTES) {
      const number = view.getUint32(at, true);
      const byte = number >>> 3;
      if (byte >= this.bits.length) {
        const larger = new Uint8Array(Math.max(byte + 1, 2 * this.bits.length));
        larger.set(this.bits);
        this.bits = larger;
      }
      this.bits[byte] = (this.bits[byte] ?? 0) | (1 << (number & 7));
    }
  }

  has(number: number): boolean {
    return ((this.bits[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  static pack(numbers: readonly number[]): Buffer {
    const packed = Buffer.alloc(numbers.length * BYTES);
    for (const [index, number] of numbers.entries()) packed.writeUInt32LE(number, index * BYTES);
    return packed;
  }
}

/** The numbers that were seen in one collection, read again only after a further page of them. */
export class SeenCache {
  private last: { id: string; pages: string; seen: SeenNumbers } | null = null;

  /** @param pages names the pages that there are */
  async of(
    id: string,
    pages: string,
    read: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<SeenNumbers> {
    if (this.last?.id === id && this.last.pages === pages) return this.last.seen;
    const seen = new SeenNumbers();
    for await (const packed of read()) seen.add(packed);
    this.last = { id, pages, seen };
    return seen;
  }
}
