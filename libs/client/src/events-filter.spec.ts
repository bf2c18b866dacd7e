import { covers, matches, widen } from './events-filter.js';

const ann = { orgId: 'acme', userId: 'ann' };
const bob = { orgId: 'acme', userId: 'bob' };

test('the filter of two users is that of what they have in common, and covers both', () => {
  expect(widen(ann, ann)).toEqual(ann);
  expect(widen(ann, bob)).toEqual({ orgId: 'acme' });
  expect(widen(ann, { orgId: 'globex', userId: 'ann' })).toEqual({ userId: 'ann' });
  expect(widen(ann, {})).toEqual({});
  for (const one of [ann, bob]) expect(covers(widen(ann, bob), one)).toBe(true);
});

test('a filter covers neither a wider nor another one', () => {
  expect(covers(ann, ann)).toBe(true);
  for (const other of [bob, { orgId: 'acme' }, {}]) expect(covers(ann, other)).toBe(false);
});

test('an event is for those whose connection it is, and a reset for all', () => {
  const connection = { id: 'con_1', integration: 'some', ...ann };
  const event = { event: 'connection.deleted', connection } as const;
  expect([ann, { orgId: 'acme' }, {}].map((filter) => matches(filter, event))).toEqual([true, true, true]);
  expect([bob, { orgId: 'globex' }].map((filter) => matches(filter, event))).toEqual([false, false]);
  expect(matches(bob, { event: 'reset' })).toBe(true);
});
