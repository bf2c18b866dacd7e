import { randomBytes } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openStore, type Store } from '../src/index.js';

const KEYS = 2_000;
const CHUNK = 32 * 1024;
const key = (i: number) => `key ${`${i}`.padStart(5, '0')}`;

let folder: string;
let directory: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-copied-'));
  directory = join(folder, 'original');
  store = await openStore({ kind: 'embedded', directory });
  for (let from = 0; from < KEYS; from += 500)
    await Promise.all(Array.from({ length: 500 }, (_, i) => write(from + i)));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Two equal values and a member of an index, in one step. Some values are longer than a page. */
const write = (i: number) => {
  const value = randomBytes(i % 50 === 0 ? 9_000 : 200).toString('base64');
  return store.commitIfUnchanged('p', {
    put: [
      { key: key(i), value },
      { key: `twin of ${key(i)}`, value },
    ],
    addToIndex: [{ index: 'i', member: key(i) }],
  });
};

/** As a program copies a file, while this process goes on writing. */
async function copyUnderWrites(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const [from, into] = [await open(join(directory, 'store.mdb'), 'r'), await open(join(to, 'store.mdb'), 'w')];
  const buffer = Buffer.alloc(CHUNK);
  for (let at = 0; ; at += CHUNK) {
    await Promise.all(Array.from({ length: 3 }, () => write(Math.floor(Math.random() * KEYS))));
    const { bytesRead } = await from.read(buffer, 0, CHUNK, at);
    await into.write(buffer, 0, bytesRead, at);
    if (bytesRead < CHUNK) break;
    await setImmediate();
  }
  await Promise.all([from.close(), into.close()]);
}

/** @returns whether it opens; what opens has everything */
async function isWhole(at: string): Promise<boolean> {
  const opened = await openStore({ kind: 'embedded', directory: at }).catch((error: Error) => error);
  if (opened instanceof Error) {
    expect(opened.message).toContain('store.mdb is an incomplete copy');
    return false;
  }
  const refs = Array.from({ length: KEYS }, (_, i) => ({ partition: 'p', key: key(i) }));
  const values = await opened.getMany(refs);
  const twins = await opened.getMany(refs.map((ref) => ({ ...ref, key: `twin of ${ref.key}` })));
  expect(values.filter((value) => value === null)).toEqual([]);
  expect(twins).toEqual(values);
  expect(await opened.pageDescending('p', 'i', { limit: KEYS + 1 })).toHaveLength(KEYS);
  await opened.close();
  return true;
}

test('every copy that is made under writes is whole or refused', async () => {
  let refused = 0;
  for (let i = 0; i < 12; i += 1) {
    const copy = join(folder, `copy ${i}`);
    await copyUnderWrites(copy);
    if (!(await isWhole(copy))) refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
}, 120_000);

test('an incomplete copy is refused also where it takes the place of its original', async () => {
  const copy = join(folder, 'copy');
  do await copyUnderWrites(copy);
  while (await isWhole(copy));
  await Promise.all(Array.from({ length: 50 }, (_, i) => write(i)));
  await store.close();
  // The same file as before, with other content.
  await copyFile(join(copy, 'store.mdb'), join(directory, 'store.mdb'));
  expect(await isWhole(directory)).toBe(false);
}, 120_000);

test('a copy of a store that was closed is whole, with or without the files beside it', async () => {
  await store.close();
  await cp(directory, join(folder, 'all'), { recursive: true });
  await mkdir(join(folder, 'alone'));
  await copyFile(join(directory, 'store.mdb'), join(folder, 'alone', 'store.mdb'));
  for (const at of ['all', 'alone', 'original', 'all']) expect(await isWhole(join(folder, at))).toBe(true);
}, 60_000);
