import { randomUUID } from 'node:crypto';
import type { Store } from '../src/index.js';
import { eventually } from './eventually.js';
import { SOME_TEXT } from './some-text.js';

export function describeLogs(current: () => Store): void {
  describe('logs', () => {
    let partition: string;
    beforeEach(() => {
      partition = randomUUID();
    });
    const append = (entry: string, { keep = 100, ttlMs = null }: { keep?: number; ttlMs?: number | null } = {}) =>
      current().commitIfUnchanged(partition, { append: [{ log: 'log', entry, keep, ttlMs }] });
    const texts = (entries: { entry: string }[]) => entries.map(({ entry }) => entry);
    const all = () => current().logFrom(partition, 'log', 0, 1_000);

    it('returns entries forwards and backwards, page by page, without gaps in their numbers', async () => {
      for (const entry of ['a', SOME_TEXT, '', 'd']) await append(entry);
      const entries = await all();
      expect(texts(entries)).toEqual(['a', SOME_TEXT, '', 'd']);
      const [first] = entries.map(({ number }) => number);
      expect(entries.map(({ number }) => number - first!)).toEqual([0, 1, 2, 3]);
      expect(await current().logFrom(partition, 'log', first! + 1, 2)).toEqual(entries.slice(1, 3));
      expect(await current().logFrom(partition, 'log', first! + 4, 2)).toEqual([]);
      expect(await current().logBackwards(partition, 'log', 3)).toEqual(entries.toReversed().slice(0, 3));
      expect(await current().logBackwards(partition, 'log', 9, first! + 2)).toEqual(entries.slice(0, 2).toReversed());
      expect(await current().logBackwards(partition, 'log', 9, first)).toEqual([]);
      expect(await current().logFrom(partition, 'log', 0, 0)).toEqual([]);
      expect(await current().logBackwards(partition, 'other', 9)).toEqual([]);
    });

    it('keeps the newest entries', async () => {
      for (let i = 0; i < 12; i += 1) await append(`${i}`, { keep: 5 });
      expect(texts(await all())).toEqual(['7', '8', '9', '10', '11']);
      await append('12', { keep: 2 });
      expect(texts(await all())).toEqual(['11', '12']);
    });

    it('numbers the entries of concurrent writers without duplicates', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, i) => append(`${i}`)));
      const entries = await all();
      expect(new Set(texts(entries)).size).toBe(50);
      expect(entries.at(-1)!.number - entries[0]!.number).toBe(49);
    });

    it('changes with the rest of a commit or not at all', async () => {
      const entry = { log: 'log', entry: 'entry', keep: 9, ttlMs: null };
      const commit = () => current().commitIfUnchanged(partition, { expectPresent: ['key'], append: [entry] });
      expect(await commit()).toBe(false);
      expect(await all()).toEqual([]);
      await current().commitIfUnchanged(partition, { put: [{ key: 'key', value: '' }] });
      expect(await commit()).toBe(true);
      expect(texts(await all())).toEqual(['entry']);
      await current().commitIfUnchanged(partition, { remove: ['key'], removeLogs: ['log', 'absent'] });
      expect(await all()).toEqual([]);
      expect(await commit()).toBe(false);
    });

    it('expires as a whole after its newest entry, and then starts with greater numbers', async () => {
      await append('old', { ttlMs: 150 });
      await append('new', { ttlMs: 150 });
      const [newest] = await current().logBackwards(partition, 'log', 1);
      await eventually(async () => expect(await all()).toEqual([]));
      await append('anew');
      const entries = await all();
      expect(texts(entries)).toEqual(['anew']);
      expect(entries[0]!.number).toBeGreaterThan(newest!.number);
    });

    it('rejects an invalid size or TTL', async () => {
      for (const wrong of [{ keep: 0 }, { keep: 1.5 }, { ttlMs: 0 }, { ttlMs: Number.NaN }]) {
        await expect(append('entry', wrong)).rejects.toThrow(RangeError);
      }
      expect(await all()).toEqual([]);
    });
  });

  describe('publish and subscribe', () => {
    const tell = (topic: string, message: string) => current().commitIfUnchanged('', { publish: { topic, message } });

    it('sends messages to every subscriber of a topic until it unsubscribes', async () => {
      const topic = randomUUID();
      const heard: string[][] = [[], []];
      const [first, second] = heard.map((messages) => current().subscribe(topic, (message) => messages.push(message)));
      const other = current().subscribe(randomUUID(), () => heard[0]!.push('of another topic'));
      await eventually(async () => {
        await tell(topic, SOME_TEXT);
        expect(heard[0]).toContain(SOME_TEXT);
        expect(heard[1]).toContain(SOME_TEXT);
      });
      first!();
      const before = heard[0]!.length;
      await tell(topic, 'last');
      await eventually(async () => expect(heard[1]).toContain('last'));
      expect(heard[0]).toHaveLength(before);
      second!();
      other();
    });

    it('publishes after a change was applied, and not when it was not', async () => {
      const [topic, partition] = [randomUUID(), randomUUID()];
      const heard: { message: string; stored: Promise<string | null> }[] = [];
      const leave = current().subscribe(topic, (message) =>
        heard.push({ message, stored: current().get({ partition, key: message }) }),
      );
      const change = (key: string, isThere: string | null) =>
        current().commitIfUnchanged(partition, {
          expect: [{ key, value: isThere }],
          put: [{ key, value: 'stored' }],
          publish: { topic, message: key },
        });
      // A subscription may take a moment.
      await eventually(async () => {
        expect(await change(`first-${randomUUID()}`, null)).toBe(true);
        expect(heard).not.toEqual([]);
      });
      heard.length = 0;
      expect(await change('not met', 'another value')).toBe(false);
      expect(await change('met', null)).toBe(true);
      await eventually(async () => expect(heard.map(({ message }) => message)).toContain('met'));
      expect(heard.map(({ message }) => message)).not.toContain('not met');
      expect(new Set(await Promise.all(heard.map(({ stored }) => stored)))).toEqual(new Set(['stored']));
      leave();
    });
  });
}
