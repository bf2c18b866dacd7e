import { mountSmallDisk } from '@causeway/testing';
import { openStore } from '../src/index.js';
import { eventually } from './eventually.js';

const key = (i: number) => `key-${i}`;

it('An embedded store whose disk is full goes on reading, has lost nothing acknowledged, and writes when there is room', async () => {
  const disk = await mountSmallDisk(8);
  if (disk === null) return;
  const reports: string[] = [];
  const failures: string[] = [];
  const uncaught: unknown[] = [];
  const note = (reason: unknown) => void uncaught.push(reason);
  process.on('unhandledRejection', note);
  const store = await openStore({
    kind: 'embedded',
    directory: disk.directory,
    report: (line) => reports.push(line),
    onFailure: (code) => failures.push(code),
  });
  const value = 'x'.repeat(20_000);
  const write = (i: number) => store.commitIfUnchanged('partition', { put: [{ key: key(i), value }] });
  const acknowledged: number[] = [];
  const fill = async (from: number) => {
    const writes = Array.from({ length: 20 }, (_, at) => write(from + at).then(() => acknowledged.push(from + at)));
    return (await Promise.allSettled(writes)).filter(({ status }) => status === 'rejected');
  };
  expect(await fill(0)).toEqual([]);
  await disk.fill();
  const refused = await fill(20);
  expect(refused).not.toEqual([]);
  expect(refused[0]).toMatchObject({ reason: { slug: 'store-unavailable', details: { retryAfter: 1 } } });
  await expect(write(100)).rejects.toMatchObject({ slug: 'store-unavailable' });
  await expect(store.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
  const kept = async () => store.getMany(acknowledged.map((i) => ({ partition: 'partition', key: key(i) })));
  expect(await kept()).toEqual(acknowledged.map(() => value));
  expect(new Set(failures)).toEqual(new Set(['disk-full']));
  expect(reports).toEqual([expect.stringContaining('the disk of DATA_DIR is full')]);
  expect(store.warnings()).toEqual([expect.objectContaining({ name: 'disk-full' })]);

  await disk.makeRoom();
  await write(100);
  await eventually(() => store.ping());
  await eventually(() => expect(reports.at(-1)).toBe('The embedded store is available again'));
  expect(await kept()).toEqual(acknowledged.map(() => value));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(uncaught).toEqual([]);
  process.off('unhandledRejection', note);
  await store.close();
  await disk.remove();
});
