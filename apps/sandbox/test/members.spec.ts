import fc from 'fast-check';
import { Members } from '../src/core/members.js';

const ascending = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max })).map((numbers) => numbers.sort((a, b) => a - b));

it('agrees with the list that it does not enumerate', () => {
  const parts = fc.record({
    before: ascending(0, 9),
    without: ascending(10, 29),
    after: ascending(30, 50),
  });
  fc.assert(
    fc.property(parts, ({ before, without, after }) => {
      const range = Array.from({ length: 20 }, (_, at) => 10 + at).filter((index) => !without.includes(index));
      const all = [...before, ...range, ...after];
      const members = new Members({ before, from: 10, to: 30, without, after });
      expect(members.length).toBe(all.length);
      expect(all.map((_, position) => members.at(position))).toEqual(all);
      for (let index = 0; index <= 51; index++)
        expect(members.countBelow(index)).toBe(all.filter((member) => member < index).length);
    }),
  );
});
