import { scramble, unscramble } from '../src/data/hash.js';
import { airtableIds, fromUuid, slackIds, uuid } from '../src/data/ids.js';
import { firstBelow, mergedSlice, type Receding } from '../src/data/merge.js';
import { cut } from '../src/data/paging.js';
import { bearer, Tester } from './tester.js';

const INDEXES = [0, 1, 2, 99, 1_000_000, 0xffffffff];

describe('Generated data', () => {
  it('turns ids back into indexes and rejects ids of another account', () => {
    for (const index of INDEXES) {
      expect(unscramble(scramble(index, 'key'), 'key')).toBe(index);
      expect(fromUuid('key', uuid('key', 3, index))).toEqual([3, index]);
      expect(airtableIds.decode('rec', 'key', airtableIds.encode('rec', 'key', index))).toBe(index);
      expect(slackIds.decode('C0', 'key', slackIds.encode('C0', 'key', index))).toBe(index);
      expect(fromUuid('other', uuid('key', 3, index))).toBeUndefined();
      expect(airtableIds.decode('rec', 'other', airtableIds.encode('rec', 'key', index))).toBeUndefined();
      expect(slackIds.decode('C0', 'other', slackIds.encode('C0', 'key', index))).toBeUndefined();
    }
    expect(airtableIds.encode('rec', 'key', 7)).toMatch(/^rec[0-9A-Za-z]{14}$/);
    expect(slackIds.encode('C0', 'key', 7)).toMatch(/^C0[0-9A-Z]{9}$/);
  });

  it('generates unique ids', () => {
    const made = new Set(Array.from({ length: 50_000 }, (_, index) => airtableIds.encode('rec', 'key', index)));
    expect(made.size).toBe(50_000);
  });

  it('merges lists from any position as if merged from the start', () => {
    const list = (times: number[], name: string): Receding<string> => ({
      length: times.length,
      time: (index) => times[index] ?? 0,
      item: (index) => `${name}${index}`,
    });
    const lists = [list([9, 7, 7, 7, 1], 'a'), list([8, 7, 7, 2], 'b'), list([], 'c'), list([7, 7], 'd')];
    const whole = mergedSlice(lists, 0, 11);
    expect(whole).toEqual(['a0', 'b0', 'a1', 'a2', 'a3', 'b1', 'b2', 'd0', 'd1', 'b3', 'a4']);
    for (let from = 0; from <= 11; from++) {
      for (let to = from; to <= 11; to++) expect(mergedSlice(lists, from, to)).toEqual(whole.slice(from, to));
    }
    expect(firstBelow(lists[0] ?? list([], ''), 7)).toBe(4);
    expect(firstBelow(lists[0] ?? list([], ''), 7, true)).toBe(1);
  });

  it('cuts pages that cover a list exactly once', () => {
    const seen: number[] = [];
    for (let start: number | undefined = 0; start !== undefined;) {
      const part = cut(23, start, 5);
      for (let index = part.from; index < part.to; index++) seen.push(index);
      start = part.next;
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => index));
    expect(cut(0, 0, 5)).toEqual({ from: 0, to: 0, next: undefined });
  });

  it('generates the same data for the same seed and index', async () => {
    const contacts = async (seed: string, size: number) => {
      const sandbox = await Tester.start({ seed });
      await sandbox.control('PUT', '/sizes', { provider: 'hubspot', sizes: { contacts: size } });
      const { access_token } = await sandbox.tokens('hubspot');
      const reply = await sandbox.send('GET', '/hubspot/crm/v3/objects/contacts?limit=5', {
        headers: bearer(access_token),
      });
      await sandbox.close();
      return JSON.stringify(reply.body['results']);
    };
    const first = await contacts('one', 50);
    expect(await contacts('one', 500_000)).toBe(first);
    expect(await contacts('two', 50)).not.toBe(first);
  });
});
