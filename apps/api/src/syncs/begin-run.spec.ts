import type { ItemType } from '../integrations/integration-definition.js';
import { beginRun } from './begin-run.js';
import type { SyncSettings, SyncState } from './sync-records.js';

const HOUR_MS = 3_600_000;
const settings: SyncSettings = {
  types: ['message'],
  parent: 'C1',
  everySeconds: 3_600,
  fullEverySeconds: 86_400,
  paused: false,
  salt: '',
};
const message: ItemType = {
  type: 'message',
  label: 'Message',
  pluralLabel: 'Messages',
  byDefault: false,
  parent: { description: 'a channel', required: true },
  newestFirst: (parent) => parent === 'C1',
};

function begin(
  size: number,
  itemType: Partial<ItemType> = {},
  change: Partial<SyncSettings> = {},
  lastAt = Date.now() - HOUR_MS,
) {
  const state: SyncState = {
    runs: 2,
    progress: null,
    lastRun: null,
    completeAt: lastAt,
    fullAt: lastAt,
    shape: 'shape',
    suspicious: [],
    failures: 0,
  };
  const source = { name: 'Slack', itemTypes: [{ ...message, ...itemType }], shape: 'shape' };
  const { kind, cursor } = beginRun({ requested: null, size }, { ...settings, ...change }, state, source);
  return { kind, createdSince: cursor.createdSince ?? null };
}

describe('a list that is newest first and of whose changes the provider does not tell', () => {
  it('is read to what is known, with an overlap, once it is long', () => {
    const { kind, createdSince } = begin(1_001);
    expect(kind).toBe('changes');
    expect(createdSince).toBeLessThan(Date.now() - HOUR_MS);
    expect(createdSince).toBeGreaterThan(Date.now() - HOUR_MS - 120_000);
  });

  it('is read whole while it is short, which finds edits and deletions', () => {
    expect(begin(1_000)).toEqual({ kind: 'full', createdSince: null });
  });

  it('is read whole where another parent has it in another order', () => {
    expect(begin(1_001, {}, { parent: 'C2' }).kind).toBe('full');
  });
});

it('reads whole what has no order by time', () => {
  expect(begin(1_001, { newestFirst: () => false }).kind).toBe('full');
});

it('reads whole after a run that lies in the future', () => {
  expect(begin(1_001, {}, {}, Date.now() + HOUR_MS).kind).toBe('full');
});
