import fc from 'fast-check';
import type { Ref, Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { repositoryOn } from './support/repository.js';
import { SERVICE } from '../src/access/actor.js';
import { newConnectionId, type ConnectionRecord } from '../src/connections/connection-record.js';
import type { ConnectionRepository } from '../src/connections/connection.repository.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261126 });

/** Counts what is read of a real store. */
class Counted {
  values = 0;
  readonly store: Store;

  constructor(store: Store) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        if (name !== 'getMany') return Reflect.get(target, name) as unknown;
        return (refs: readonly Ref[]) => {
          this.values += refs.length;
          return target.getMany(refs);
        };
      },
    });
  }
}

let store: Store;
let remove: () => Promise<void>;
let counted: Counted;
let connections: ConnectionRepository;
let made: ConnectionRecord[];
beforeEach(async () => {
  ({ store, remove } = await openTemporaryStore());
  counted = new Counted(store);
  connections = repositoryOn(counted.store);
  made = [];
});
afterEach(() => remove());

async function make(orgId: string, userId: string, createdAt: number, integration = 'notion'): Promise<void> {
  const id = newConnectionId(orgId);
  const account = { id, name: userId, url: null };
  const record = {
    ...{ id, orgId, userId, integration, account, accountKey: id },
    createdAt,
    connectedAt: createdAt,
    problem: null,
  };
  made.push(record as unknown as ConnectionRecord);
  const entry = { type: 'connected', actor: { kind: 'service', id: null } } as never;
  expect(await connections.create(record as unknown as ConnectionRecord, entry)).toBe(true);
}

async function listed(limit: number, orgIds: string[], filter: { userId?: string; integration?: string } = {}) {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof connections.list>> = await connections.list(filter, limit, after, orgIds);
    expect(page.found.length).toBeLessThanOrEqual(limit);
    ids.push(...page.found.map(({ record }) => record.id));
    after = page.last;
  } while (after !== null);
  return ids;
}

test('the list of several organizations is that of each in one order, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ org: fc.integer({ min: 0, max: 4 }), user: fc.integer({ min: 0, max: 1 }) }), {
        maxLength: 25,
      }),
      fc.integer({ min: 1, max: 30 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 2 }),
      fc.boolean(),
      async (wanted, limit, orgs, ofUser) => {
        for (const { record } of (await connections.list({}, 1_000, null)).found)
          await connections.remove(record.id, SERVICE);
        made = [];
        // Two of them at a time have the same age.
        for (const [at, { org, user }] of wanted.entries())
          await make(`org-${org}`, `user-${user}`, 1_700_000_000_000 + (at >> 1), at % 3 === 0 ? 'slack' : 'notion');
        const filter = ofUser ? { userId: 'user-1' } : { integration: 'notion' };
        const expected = made
          .filter(({ orgId }) => orgs.some((org) => orgId === `org-${org}`))
          .filter(({ userId, integration }) => (ofUser ? userId === 'user-1' : integration === 'notion'))
          .sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
        const orgIds = orgs.map((org) => `org-${org}`);
        expect(await listed(limit, orgIds, filter)).toEqual(expected.map(({ id }) => id));
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('the list of several organizations reads no connections of others', async () => {
  for (let at = 0; at < 300; at += 1)
    await make(at % 100 === 0 ? `org-${at}` : 'others', 'ann', 1_700_000_000_000 + at);
  counted.values = 0;
  expect(await listed(50, ['org-0', 'org-100', 'org-200'])).toHaveLength(3);
  // The record and its last use.
  expect(counted.values).toBe(2 * 3);
});
