import { Members } from '../src/core/members.js';

it.each([
  [[], []],
  [[3], []],
  [[], [18, 40]],
  [[0, 9], [25]],
])('agrees with the list that it does not enumerate, with %j before and %j after it', (before, after) => {
  const range = Array.from({ length: 8 }, (_, at) => 10 + at);
  for (let lost = 0; lost < 2 ** range.length; lost++) {
    const isLost = (index: number) => (lost & (1 << (index - 10))) !== 0;
    const all = [...before, ...range.filter((index) => !isLost(index)), ...after];
    const members = new Members({ before, from: 10, to: 18, without: range.filter(isLost), after });
    expect(members.length).toBe(all.length);
    expect(all.map((_, position) => members.at(position))).toEqual(all);
    const indexes = Array.from({ length: 45 }, (_, index) => index);
    const below = indexes.map((index) => all.filter((member) => member < index).length);
    expect(indexes.map((index) => members.countBelow(index))).toEqual(below);
  }
});
