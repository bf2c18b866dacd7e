import { readSync } from 'node:fs';

/**
 * The file format of lmdb's LMDB (`libraries/liblmdb/mdb.c` in that package), little-endian. Pages are written anew with every change, so
 * a page that a snapshot uses is never younger than the snapshot: its header has the number of the transaction that wrote it.
 */
const MAGIC = 0xbeefc0de;
const HEADER = 24;
const META = { size: 144, pageSize: 24, freeDatabase: 24, mainDatabase: 72, lastPage: 120, transaction: 128 };
const DATABASE = { depth: 6, entries: 32, root: 40 };
const FLAG = { branch: 0x01, leaf: 0x02, overflow: 0x04 };
const NODE = { flags: 4, keySize: 6, content: 8 };
const NODE_FLAG = { overflow: 0x01, database: 0x02 };
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const PAGE_SIZES = [4_096, 8_192, 16_384, 32_768, 65_536];

export interface Snapshot {
  transaction: bigint;
  pageSize: number;
  meta: Buffer;
}

/** The newest snapshot of a file; `null`: it is empty, or no file of LMDB. */
export function newestSnapshot(file: number): Snapshot | null {
  const first = readMeta(file, 0);
  if (first === null) return null;
  const pageSize = first.readUInt32LE(META.pageSize);
  if (!PAGE_SIZES.includes(pageSize)) return null;
  const second = readMeta(file, pageSize);
  const transactionOf = (meta: Buffer | null) => meta?.readBigUInt64LE(META.transaction) ?? -1n;
  const meta = second !== null && transactionOf(second) > transactionOf(first) ? second : first;
  return { transaction: transactionOf(meta), pageSize, meta };
}

/** @returns the first thing that shows that pages of the snapshot were overwritten or are missing; `null`: it is whole */
export function findDamage(file: number, snapshot: Snapshot): string | null {
  const walk = new PageWalk(file, snapshot);
  try {
    walk.database(snapshot.meta.subarray(META.freeDatabase));
    walk.database(snapshot.meta.subarray(META.mainDatabase));
    return null;
  } catch (error) {
    // Also a number that leads out of a page.
    return error instanceof Error ? error.message : 'unknown';
  }
}

class PageWalk {
  private readonly seen = new Set<bigint>();
  private readonly lastPage: bigint;

  constructor(
    private readonly file: number,
    private readonly snapshot: Snapshot,
  ) {
    this.lastPage = snapshot.meta.readBigUInt64LE(META.lastPage);
  }

  database(header: Buffer): void {
    const root = header.readBigUInt64LE(DATABASE.root);
    const expected = header.readBigUInt64LE(DATABASE.entries);
    const found = root === NO_PAGE ? 0n : this.tree(root, header.readUInt16LE(DATABASE.depth));
    if (found !== expected) throw new Error(`${found} of ${expected} entries are there`);
  }

  /** @returns how many entries it has */
  private tree(number: bigint, depth: number): bigint {
    const page = this.page(number, depth > 1 ? FLAG.branch : FLAG.leaf);
    // Offsets in a page count from behind its header.
    const count = page.readUInt16LE(20) / 2;
    let entries = 0n;
    for (let index = 0; index < count; index += 1) {
      const node = page.subarray(HEADER + page.readUInt16LE(HEADER + 2 * index));
      if (depth > 1) {
        const child = BigInt(node.readUInt32LE(0)) | (BigInt(node.readUInt16LE(NODE.flags)) << 32n);
        entries += this.tree(child, depth - 1);
      } else {
        this.content(node);
        entries += 1n;
      }
    }
    return entries;
  }

  private content(node: Buffer): void {
    const flags = node.readUInt16LE(NODE.flags);
    const content = node.subarray(NODE.content + node.readUInt16LE(NODE.keySize));
    if ((flags & NODE_FLAG.database) !== 0) this.database(content);
    if ((flags & NODE_FLAG.overflow) === 0) return;
    const [first, count] = [content.readBigUInt64LE(0), content.readBigUInt64LE(16)];
    this.page(first, FLAG.overflow);
    // Those that follow have no header: one that looks as if it had was overwritten by a later transaction.
    for (let number = first + 1n; number < first + count; number += 1n) {
      this.visit(number);
      const page = this.read(number);
      const isLater = page.readBigUInt64LE(8) > this.snapshot.transaction;
      if (page.readBigUInt64LE(0) === number && isLater) throw new Error(`the page ${number} was overwritten`);
    }
  }

  private page(number: bigint, flag: number): Buffer {
    this.visit(number);
    const page = this.read(number);
    const isItself = page.readBigUInt64LE(0) === number && (page.readUInt16LE(18) & flag) !== 0;
    if (!isItself) throw new Error(`the page ${number} is another one`);
    if (page.readBigUInt64LE(8) > this.snapshot.transaction) throw new Error(`the page ${number} was overwritten`);
    return page;
  }

  private visit(number: bigint): void {
    if (number > this.lastPage || this.seen.has(number)) throw new Error(`the page ${number} is used twice`);
    this.seen.add(number);
  }

  private read(number: bigint): Buffer {
    const page = Buffer.allocUnsafe(this.snapshot.pageSize);
    const length = readSync(this.file, page, 0, page.length, number * BigInt(page.length));
    if (length < page.length) throw new Error(`the page ${number} is missing`);
    return page;
  }
}

function readMeta(file: number, at: number): Buffer | null {
  const page = Buffer.alloc(HEADER + META.size);
  if (readSync(file, page, 0, page.length, at) < page.length) return null;
  const meta = page.subarray(HEADER);
  return meta.readUInt32LE(0) === MAGIC ? meta : null;
}
