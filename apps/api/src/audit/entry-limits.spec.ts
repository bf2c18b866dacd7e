import type { AuditEvent } from './audit-event.js';
import { EntryLimits } from './entry-limits.js';

/** All entries of a minute in which these happen. */
function entries(events: readonly AuditEvent[]): AuditEvent[] {
  const limits = new EntryLimits();
  const single = events.filter((event) => limits.admit(event));
  return [...single, ...limits.endMinute()];
}

const times = (count: number, event: (i: number) => AuditEvent) => Array.from({ length: count }, (_, i) => event(i));
const key = { kind: 'key', id: '0123456789abcdef' } as const;

describe('the entries of one actor in a minute', () => {
  test('are few, whatever it repeats, and have the number of the others', () => {
    const user = { orgId: 'acme', userId: 'ann' };
    const signIns = times(1_024, (i) => ({
      type: 'signed-in',
      actor: { kind: 'session', id: `ses_${i % 100}` },
      ...user,
    }));
    const all = entries(signIns);
    expect(all).toHaveLength(6);
    expect(all.at(-1)).toEqual({
      ...{ type: 'signed-in', actor: { kind: 'session', id: null }, ...user, connectionId: null },
      detail: '95 more within a minute',
    });
  });

  test('are at most 33 of a type, however many users and organizations it names', () => {
    const made = times(5_000, (i) => ({ type: 'session-made', actor: key, orgId: `org-${i}`, userId: `user-${i}` }));
    const all = entries(made);
    expect(all.slice(0, 30)).toEqual(made.slice(0, 30));
    expect(all.slice(30).map(({ orgId, detail }) => [orgId, detail])).toEqual([
      ...[30, 31].map((i) => [`org-${i}`, '1 more within a minute']),
      [null, '4968 more within a minute'],
    ]);
  });

  test('do not hide those of another type or actor, nor those of the next minute', () => {
    const limits = new EntryLimits();
    for (const event of times(100, () => ({ type: 'session-made', actor: key }))) limits.admit(event);
    expect(limits.admit({ type: 'key-made', actor: key })).toBe(true);
    expect(limits.admit({ type: 'session-made', actor: { ...key, id: 'another' } })).toBe(true);
    expect(limits.admit({ type: 'session-made', actor: key })).toBe(false);
    limits.endMinute();
    expect(limits.admit({ type: 'session-made', actor: key })).toBe(true);
    expect(limits.endMinute()).toEqual([]);
  });

  test('are single for sixty keys made or revoked', () => {
    const made = times(61, (i) => ({ type: 'key-made', actor: key, detail: `key ${i}` }));
    expect(entries(made).slice(0, 60)).toEqual(made.slice(0, 60));
    expect(
      entries(made)
        .slice(60)
        .map(({ detail }) => detail),
    ).toEqual(['1 more within a minute']);
  });
});

test('a minute of countless actors takes bounded memory, and one entry for those beyond', () => {
  const limits = new EntryLimits();
  const admitted = times(50_000, (i) => ({ type: 'signed-in', actor: { kind: 'key', id: `${i}` } })).filter((event) =>
    limits.admit(event),
  );
  expect(admitted.length).toBeLessThanOrEqual(20_000);
  expect(limits.endMinute()).toHaveLength(501);
});
