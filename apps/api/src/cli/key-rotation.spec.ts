import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';
import { newConnectionId, sealingContext, type ConnectionRecord } from '../connections/connection-record.js';
import type { ConnectionRepository } from '../connections/connection.repository.js';
import { SharedGrants } from '../connections/shared-grants.js';
import { repositoryOn } from '../../test/support/repository.js';
import { KeyRotation } from './key-rotation.js';

const [K1, K2] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [never, never];
const OLD = new Keyring([K1]);
const BOTH = new Keyring([K2, K1]);
const NEW = new Keyring([K2]);

describe('KeyRotation', () => {
  let store: Store;
  let remove: () => Promise<void>;
  /** Runs once, between the read of a record and the write that follows. */
  let beforeWrite: (() => Promise<unknown>) | null;
  let repository: ConnectionRepository;
  let rotation: KeyRotation;
  let id: string;

  const sealed = (token: string, keyring: Keyring) => keyring.seal(token, sealingContext({ orgId: 'acme', id }));
  const opened = async (keyring: Keyring) => {
    const { record } = (await repository.find(id))!;
    return keyring.tryOpen(record.credential, sealingContext(record));
  };
  const run = () =>
    rotation.run(
      () => undefined,
      () => false,
    );

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    beforeWrite = null;
    const interrupted = new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...how: unknown[]) => {
          const interruption = name === 'commitIfUnchanged' ? beforeWrite : null;
          if (interruption !== null) beforeWrite = null;
          await interruption?.();
          return (member as (...how: unknown[]) => unknown).apply(target, how);
        };
      },
    });
    repository = repositoryOn(store);
    rotation = new KeyRotation(repositoryOn(interrupted), BOTH, new SharedGrants(store, BOTH));
    id = newConnectionId('acme');
    const record: ConnectionRecord = {
      ...{ id, orgId: 'acme', userId: 'ann', integration: 'some', accountKey: 'a', problem: null, scopes: [] },
      ...{ createdAt: 1, updatedAt: 1, connectedAt: 1, expiresAt: null, lastRefreshedAt: null, generation: 1 },
      account: { id: 'a', name: 'An account', url: null },
      credential: sealed('first', OLD),
    };
    await repository.create(record, { type: 'connected', actor: { kind: 'user', id: 'ann' } });
  });
  afterEach(() => remove());

  it('re-encrypts with the first key, once', async () => {
    expect(await run()).toMatchObject({ checked: 1, reencrypted: 1 });
    expect(await opened(NEW)).toBe('first');
    expect(await run()).toMatchObject({ checked: 1, reencrypted: 0 });
    expect(await rotation.countByKey()).toEqual(new Map([['k2', 1]]));
  });

  it('keeps the fingerprints of grants', async () => {
    const before = await new SharedGrants(store, OLD).fingerprint('some', 'a token');
    await run();
    expect(await new SharedGrants(store, NEW).fingerprint('some', 'a token')).toBe(before);
  });

  it.each([
    ['without the new key', OLD],
    ['with the new key', BOTH],
  ])('does not overwrite the concurrent refresh of a process %s', async (_, theirs) => {
    beforeWrite = () =>
      repository.update(
        id,
        (record) => ({ ...record, generation: record.generation + 1, credential: sealed('second', theirs) }),
        null,
      );
    await run();
    expect(beforeWrite).toBeNull();
    expect((await repository.find(id))?.record.generation).toBe(2);
    expect(await opened(BOTH)).toBe('second');
    expect(await opened(NEW)).toBe('second');
  });

  it('does not restore a connection that is removed concurrently', async () => {
    beforeWrite = () => repository.remove(id);
    await run();
    expect(beforeWrite).toBeNull();
    expect(await repository.find(id)).toBeNull();
  });

  it('skips what it cannot decrypt, and reports its key', async () => {
    const moved = OLD.seal('first', 'somewhere else');
    await repository.update(id, (record) => ({ ...record, credential: moved }), null);
    expect((await run()).unreadable).toEqual(new Map([['k1', 1]]));
    expect((await repository.find(id))?.record.credential).toBe(moved);
  });
});
