import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';
import { newConnectionId, sealingContext, type ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { ConnectionFeed } from '../connections/connection-feed.js';
import { Resealing } from './key-rotation.js';

const [K1, K2] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [never, never];
const OLD = new Keyring([K1]);
const BOTH = new Keyring([K2, K1]);
const NEW = new Keyring([K2]);

describe('Resealing', () => {
  let store: Store;
  let remove: () => Promise<void>;
  /** What somebody else does between a look at a record and the write that follows it, once. */
  let meanwhile: (() => Promise<unknown>) | null;
  let repository: ConnectionRepository;
  let resealing: Resealing;
  let id: string;

  const repositoryOf = (of: Store) =>
    new ConnectionRepository(of, { credentialTtlMs: null } as never, new ConnectionFeed(of));
  const sealed = (token: string, keyring: Keyring) => keyring.seal(token, sealingContext({ orgId: 'acme', id }));
  const opened = async (keyring: Keyring) => {
    const { record } = (await repository.find(id))!;
    return keyring.tryOpen(record.credential, sealingContext(record));
  };
  const run = () =>
    resealing.run(
      () => undefined,
      () => false,
    );

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    meanwhile = null;
    const interrupted = new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...how: unknown[]) => {
          const interruption = name === 'commitIfUnchanged' ? meanwhile : null;
          if (interruption !== null) meanwhile = null;
          await interruption?.();
          return (member as (...how: unknown[]) => unknown).apply(target, how);
        };
      },
    });
    repository = repositoryOf(store);
    resealing = new Resealing(repositoryOf(interrupted), BOTH);
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

  it('seals with the first key, once', async () => {
    expect(await run()).toMatchObject({ looked: 1, resealed: 1 });
    expect(await opened(NEW)).toBe('first');
    expect(await run()).toMatchObject({ looked: 1, resealed: 0 });
    expect(await resealing.count()).toEqual(new Map([['k2', 1]]));
  });

  it.each([
    ['that does not know the new key yet', OLD],
    ['that has it', BOTH],
  ])('a refresh of a process %s, at the same moment, is not written over', async (_, theirs) => {
    meanwhile = () =>
      repository.update(
        id,
        (record) => ({ ...record, generation: record.generation + 1, credential: sealed('second', theirs) }),
        null,
      );
    await run();
    expect(meanwhile).toBeNull();
    expect((await repository.find(id))?.record.generation).toBe(2);
    expect(await opened(BOTH)).toBe('second');
    expect(await opened(NEW)).toBe('second');
  });

  it('a connection that is removed at the same moment does not come back', async () => {
    meanwhile = () => repository.remove(id);
    await run();
    expect(meanwhile).toBeNull();
    expect(await repository.find(id)).toBeNull();
  });

  it('leaves what it cannot open, and says by which key it is sealed', async () => {
    const moved = OLD.seal('first', 'somewhere else');
    await repository.update(id, (record) => ({ ...record, credential: moved }), null);
    expect((await run()).unopened).toEqual(new Map([['k1', 1]]));
    expect((await repository.find(id))?.record.credential).toBe(moved);
  });
});
