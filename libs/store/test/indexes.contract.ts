import { randomUUID } from 'node:crypto';
import { MAX_MEMBER_BYTES } from '../src/limits.js';
import type { Store } from '../src/index.js';

export function describeIndexes(current: () => Store): void {
  describe('indexes', () => {
    let partition: string;
    beforeEach(() => {
      partition = randomUUID();
    });
    const index = (limit = 100, before?: string) =>
      current().pageDescending(partition, 'index', { limit, ...(before === undefined ? {} : { before }) });

    const add = (...members: string[]) =>
      current().commitIfUnchanged(partition, { addToIndex: members.map((member) => ({ index: 'index', member })) });

    it('orders members by their UTF-8 bytes', async () => {
      // U+1D11E stands before U+FFFD in UTF-16, and after it in UTF-8.
      const members = ['', '\u0000', 'A', 'a', 'aa', 'ab', 'b', 'ä', '\ufffd', '\u{1d11e}', '\u{10ffff}'];
      await add(...members.toReversed());
      await add(...members);
      expect(await index()).toEqual(members.toReversed());
      for (const [at, before] of members.entries()) {
        expect(await index(100, before)).toEqual(members.slice(0, at).toReversed());
      }
    });

    it('accepts a member of the maximum length', async () => {
      const member = '€'.repeat(Math.floor(MAX_MEMBER_BYTES / 3));
      await add(member);
      expect(await index()).toEqual([member]);
    });

    it('returns at most the limit, and nothing for an unknown index', async () => {
      await add('a', 'b', 'c');
      expect(await index(2)).toEqual(['c', 'b']);
      expect(await index(0)).toEqual([]);
      expect(await current().pageDescending(partition, 'inde', { limit: 9 })).toEqual([]);
      expect(await current().pageDescending(randomUUID(), 'index', { limit: 9 })).toEqual([]);
    });

    it('finds the members that contain all texts behind their beginning, page by page', async () => {
      // More than an adapter reads in one step.
      const name = (i: number) => `${i}`.padStart(5, '0');
      const members = Array.from({ length: 9_000 }, (_, i) => `${name(i)} ${i % 3 === 0 ? 'ä[%' : 'b.'} ${i % 1_000}`);
      for (let at = 0; at < members.length; at += 1_000) await add(...members.slice(at, at + 1_000));
      const matching = (limit: number, texts: string[], before?: string) =>
        current().matchingDescending(partition, 'index', { limit, texts, before, skip: 5 });
      expect(await matching(10, ['ä[%', ' 777'])).toEqual(['06777 ä[% 777', '03777 ä[% 777', '00777 ä[% 777']);
      expect(await matching(1, ['ä[%', ' 777'], '06777 ä[% 777')).toEqual(['03777 ä[% 777']);
      expect(await matching(2, ['b.'])).toEqual(['08999 b. 999', '08998 b. 998']);
      expect(await matching(2, ['b.'], '08998 b. 998')).toEqual(['08996 b. 996', '08995 b. 995']);
      // Only the beginning contains it.
      expect(await matching(10, ['08999'])).toEqual([]);
      expect(await matching(1, [])).toEqual(['08999 b. 999']);
      expect(await matching(0, [])).toEqual([]);
      expect(await current().countMembers(partition, 'index')).toBe(9_000);
      expect(await current().countMembers(partition, 'other')).toBe(0);
    });

    it('keeps indexes of long names apart', async () => {
      const long = 'i'.repeat(3_000);
      const addToIndex = [1, 2].map((i) => ({ index: `${long}${i}`, member: `${i}` }));
      await current().commitIfUnchanged(partition, { addToIndex });
      expect(await current().pageDescending(partition, `${long}1`, { limit: 9 })).toEqual(['1']);
    });

    it('shows every old member once to a reader while others add and remove', async () => {
      const name = (i: number) => `${i}`.padStart(4, '0');
      const old = Array.from({ length: 200 }, (_, i) => name(i * 2));
      await add(...old);
      const seen: string[] = [];
      for (let before: string | undefined, round = 0; ; round++) {
        const page = await index(7, before);
        if (page.length === 0) break;
        seen.push(...page);
        before = page.at(-1)!;
        await add(name(399 - round * 2), name(round * 2 + 1), `9${round}`);
        await current().commitIfUnchanged(partition, { removeFromIndex: [{ index: 'index', member: before }] });
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((member) => old.includes(member))).toEqual(old.toReversed());
      expect(seen).toEqual(seen.toSorted().toReversed());
    });
  });
}
