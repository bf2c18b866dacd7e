import { randomBytes } from 'node:crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';
import { repositoryOn } from './support/repository.js';
import { SERVICE } from '../src/access/actor.js';
import { newConnectionId, type ConnectionRecord } from '../src/connections/connection-record.js';
import type { ConnectionRepository } from '../src/connections/connection.repository.js';
import { SharedGrants } from '../src/connections/shared-grants.js';

describe('SharedGrants', () => {
  const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
  let store: Store;
  let remove: () => Promise<void>;
  let repository: ConnectionRepository;
  let grants: SharedGrants;
  let fingerprint: string;
  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    repository = repositoryOn(store, keyring);
    grants = new SharedGrants(store, keyring);
    fingerprint = await grants.fingerprint('some', 'a token');
  });
  afterEach(() => remove());

  const hold = async (orgId: string, more: Partial<ConnectionRecord> = {}): Promise<string> => {
    const { id = newConnectionId(orgId) } = more;
    const record: ConnectionRecord = {
      ...{ id, orgId, userId: 'ann', integration: 'some', accountKey: id, problem: null, scopes: [], credential: '' },
      ...{ createdAt: 1, updatedAt: 1, connectedAt: 1, expiresAt: null, lastRefreshedAt: null, generation: 1 },
      account: { id: 'a', name: 'An account', url: null },
      grant: fingerprint,
      ...more,
    };
    await grants.join(fingerprint, id);
    await repository.create(record, { type: 'connected', actor: { kind: 'user', id: 'ann' } });
    return id;
  };
  const drop = async (id: string) => {
    await repository.remove(id, SERVICE);
    return grants.leave(fingerprint, id);
  };
  const othersOf = async (id: string) => {
    const ids: string[] = [];
    for await (const other of grants.others(fingerprint, id)) ids.push(other.id);
    return ids.sort();
  };

  it('gives one grant one fingerprint in every process, and another one at another provider', async () => {
    const elsewhere = new SharedGrants(store, keyring);
    expect(await elsewhere.fingerprint('some', 'a token')).toBe(fingerprint);
    expect(await elsewhere.fingerprint('other', 'a token')).not.toBe(fingerprint);
    expect(fingerprint).not.toContain('token');
  });

  it('makes fingerprints of a new key where the encryption keys were lost', async () => {
    const after = new SharedGrants(store, new Keyring([{ id: 'k1', secret: randomBytes(32) }]));
    expect(await after.fingerprint('some', 'a token')).not.toBe(fingerprint);
    expect(await new SharedGrants(store, keyring).fingerprint('some', 'a token')).toBe(fingerprint);
  });

  it('gives concurrent first callers the same key', async () => {
    const { store: fresh, remove: removeFresh } = await openTemporaryStore();
    const made = await Promise.all(
      Array.from({ length: 8 }, () => new SharedGrants(fresh, keyring).fingerprint('some', 'a token')),
    );
    expect(new Set(made).size).toBe(1);
    await removeFresh();
  });

  it('is shared until the last one leaves, over organizations', async () => {
    const [first, second] = [await hold('acme'), await hold('globex')];
    expect(await othersOf(first)).toEqual([second]);
    expect([await drop(first), await drop(second)]).toEqual(['shared', 'last']);
  });

  it('has exactly one last of many that leave at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ids = await Promise.all(Array.from({ length: 6 }, (_, index) => hold(`org-${index % 3}`)));
      const left = await Promise.all(ids.map(drop));
      expect(left.filter((leaving) => leaving === 'last')).toHaveLength(1);
    }
  });

  it('does not end where somebody joins while the last one leaves', async () => {
    const [first, second] = [await hold('acme'), newConnectionId('globex')];
    await repository.remove(first, SERVICE);
    // Between the look at the others and the write.
    const interrupted = new SharedGrants(
      new Proxy(store, {
        get(target, name) {
          const member = Reflect.get(target, name, target) as (...how: unknown[]) => Promise<unknown>;
          if (name !== 'pageDescending') return member;
          return async (...how: unknown[]) => {
            const page = await member.apply(target, how);
            if ((await repository.find(second)) === null) await hold('globex', { id: second });
            return page;
          };
        },
      }),
      keyring,
    );
    expect(await interrupted.leave(fingerprint, first)).toBe('shared');
  });

  it('takes no account of connections that are gone, have another grant, or were refused', async () => {
    const problem = { slug: 'needs-reconnect', detail: '' } as const;
    const ids = [await hold('acme'), await hold('acme', { problem }), await hold('acme', { grant: 'another' })];
    // A process that crashed before the record was written.
    await grants.join(fingerprint, newConnectionId('acme'));
    expect(await othersOf(ids[0] ?? '')).toEqual([]);
    expect(await drop(ids[0] ?? '')).toBe('last');
    expect(await drop(ids[1] ?? '')).toBe('ended');
  });

  it('finds all of many', async () => {
    const ids = [];
    for (let index = 0; index < 120; index += 1) ids.push(await hold(`org-${index}`));
    expect(await othersOf(ids[0] ?? '')).toEqual(ids.slice(1).sort());
  });

  it('starts again with a connection that joins after the last one has left', async () => {
    await drop(await hold('acme'));
    expect(await drop(await hold('acme'))).toBe('last');
  });
});
