import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../src/index.js';
import { eventually } from './eventually.js';
import { openInChild, type StoreInChild } from './process/store-in-child.js';

const ref = (key: string) => ({ partition: 'partition', key });

let parent: string;
let directory: string;
let store: Store;
let child: StoreInChild;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'causeway-store-'));
  directory = join(parent, 'a', 'b');
});
afterEach(async () => {
  await child?.kill();
  await store?.close();
  await rm(parent, { recursive: true });
});

it('keeps acknowledged writes when its process is killed', async () => {
  child = await openInChild({ kind: 'embedded', directory });
  const acknowledged: number[] = [];
  const writer = async () => {
    for (let i = acknowledged.length; ; i = Math.max(i + 1, acknowledged.length)) {
      const change = {
        put: [{ key: `key-${i}`, value: `${i}` }],
        addToIndex: [{ index: 'index', member: `${i}`.padStart(8, '0') }],
      };
      await child.call('commitIfUnchanged', 'partition', change);
      acknowledged.push(i);
    }
  };
  void writer();
  await child.call('acquireLease', ref('lease'), 'child', 60_000);
  await eventually(async () => expect(acknowledged.length).toBeGreaterThan(200));
  // In the middle of a write, and right after an acknowledgement.
  await child.kill();
  const certain = [...acknowledged];

  store = await openStore({ kind: 'embedded', directory });
  expect(await store.getMany(certain.map((i) => ref(`key-${i}`)))).toEqual(certain.map(String));
  const members = await store.pageDescending('partition', 'index', { limit: 100_000 });
  for (const member of members) expect(await store.get(ref(`key-${Number(member)}`))).toBe(`${Number(member)}`);
  expect(members.length).toBeGreaterThanOrEqual(certain.length);
  expect(await store.acquireLease(ref('lease'), 'other', 60_000)).toBe(false);
  expect(await store.commitIfUnchanged('partition', { put: [{ key: 'after', value: 'after' }] })).toBe(true);
});

it('keeps its invariants across two processes', async () => {
  store = await openStore({ kind: 'embedded', directory });
  child = await openInChild({ kind: 'embedded', directory });

  expect(await child.call('acquireLease', ref('lease'), 'child', 60_000)).toBe(true);
  expect(await store.acquireLease(ref('lease'), 'here', 60_000)).toBe(false);
  expect(await store.releaseLeaseIfOwner(ref('lease'), 'child')).toBe(true);

  const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
  await store.commitIfUnchanged('partition', { put: keys.map((key) => ({ key, value: key })) });
  const taken = await Promise.all(
    keys.flatMap((key) => [store.consume(ref(key)), child.call('consume', ref(key)), store.consume(ref(key))]),
  );
  expect(taken.filter((value) => value !== null).sort()).toEqual(keys.toSorted());

  const rate = { limit: 10, periodMs: 60_000 };
  const waits = await Promise.all(
    keys.map((_, i) =>
      i % 2 ? store.reserveSlot(ref('rate-limit'), rate, 0) : child.call('reserveSlot', ref('rate-limit'), rate, 0),
    ),
  );
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);

  await child.call('commitIfUnchanged', 'partition', { put: [{ key: 'seen', value: 'by the other' }] });
  expect(await store.get(ref('seen'))).toBe('by the other');
});

it('creates its directory with mode 0700', async () => {
  store = await openStore({ kind: 'embedded', directory });
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(parent, 'a'))).mode & 0o777).toBe(0o700);
});

it('keeps the mode of an existing directory', async () => {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o750);
  store = await openStore({ kind: 'embedded', directory });
  expect((await stat(directory)).mode & 0o777).toBe(0o750);
  const files = await readdir(directory);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
});

it('rejects a path that is not a directory', async () => {
  await writeFile(join(parent, 'a'), '');
  await expect(openStore({ kind: 'embedded', directory })).rejects.toMatchObject({ slug: 'store-unavailable' });
});

it('rejects every call after close', async () => {
  store = await openStore({ kind: 'embedded', directory });
  await store.close();
  await expect(store.get(ref('key'))).rejects.toMatchObject({ slug: 'store-unavailable' });
  await expect(store.consume(ref('key'))).rejects.toMatchObject({ slug: 'store-unavailable' });
  await store.close();
});
