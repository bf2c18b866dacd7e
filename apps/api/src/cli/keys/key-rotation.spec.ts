import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { Keyring } from '@causeway/crypto';
import {
  credentialKeys,
  newConnectionId,
  sealingContext,
  type ConnectionRecord,
} from '../../connections/connection-record.js';
import type { ConnectionRepository } from '../../connections/connection.repository.js';
import { SharedGrants } from '../../connections/shared-grants.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { KeysService } from '../../auth/keys/keys.service.js';
import type { Configuration } from '../../configuration/configuration.js';
import { Metrics } from '../../metrics/metrics.js';
import { authenticatedStore } from '../../store/authenticated-store.js';
import { RecordMaintenance } from '../../store/record-maintenance.js';
import { repositoryOn } from '../../../test/support/repository.js';
import { WebhookEndpoints } from '../../webhooks/webhook-endpoints.js';
import { KeyRotation } from './key-rotation.js';

const [K1, K2] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [never, never];
const OLD = new Keyring([K1, K2]);
const BOTH = new Keyring([K2, K1]);
const NEW = new Keyring([K2]);

const OPERATOR = { kind: 'operator' as const, id: null };

describe('KeyRotation', () => {
  /** Below the authentication of its values. */
  let raw: Store;
  let store: Store;
  let remove: () => Promise<void>;
  /** Runs once, between the read of a record and the write that follows. */
  let beforeWrite: (() => Promise<unknown>) | null;
  let repository: ConnectionRepository;
  let rotation: KeyRotation;
  let id: string;

  const storeOf = (keyring: Keyring) =>
    authenticatedStore(raw, keyring, new Metrics(), { mode: 'production' } as Configuration);
  const chainOn = (of: Store, keyring: Keyring) => new AuditChain(of, keyring, { audit: { entries: 100, days: 1 } });
  const keysOn = (of: Store, keyring: Keyring) => new KeysService(of, chainOn(of, keyring));
  const endpointsOn = async (keyring: Keyring) => {
    const of = await storeOf(keyring);
    return new WebhookEndpoints(of, keyring, chainOn(of, keyring));
  };
  const sealed = (token: string, keyring: Keyring) =>
    credentialKeys(keyring).seal(token, sealingContext({ orgId: 'acme', id }));
  const opened = async (keyring: Keyring) => {
    const { record } = (await repository.find(id))!;
    return credentialKeys(keyring).tryOpen(record.credential, sealingContext(record));
  };
  const run = () =>
    rotation.run(
      () => undefined,
      () => false,
    );

  beforeEach(async () => {
    ({ store: raw, remove } = await openTemporaryStore());
    store = await storeOf(BOTH);
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
    repository = repositoryOn(store, BOTH);
    rotation = new KeyRotation(
      repositoryOn(interrupted, BOTH),
      BOTH,
      new SharedGrants(store, BOTH),
      new RecordMaintenance(raw, BOTH),
      store,
    );
    id = newConnectionId('acme');
    const record: ConnectionRecord = {
      ...{ id, orgId: 'acme', userId: 'ann', integration: 'some', accountKey: 'a', problem: null, scopes: [] },
      ...{ createdAt: 1, updatedAt: 1, connectedAt: 1, expiresAt: null, lastRefreshedAt: null, generation: 1 },
      account: { id: 'a', name: 'An account', url: null },
      credential: sealed('first', OLD),
    };
    await repositoryOn(await storeOf(OLD), OLD).create(record, {
      type: 'connected',
      actor: { kind: 'user', id: 'ann' },
    });
  });
  afterEach(() => remove());

  it('re-encrypts the secrets of webhook endpoints', async () => {
    const secrets = [{ secret: 'whsec_AAAA', until: null }];
    const settings = { url: 'https://hooks.example.com', events: null, orgIds: null, description: null };
    const endpoint = { ...settings, secrets, disabled: false, failingSince: null };
    const created = await (await endpointsOn(OLD)).create(endpoint, OPERATOR);
    await expect((await endpointsOn(NEW)).list()).rejects.toThrow('which is not configured');
    await run();
    expect(await (await endpointsOn(NEW)).list()).toEqual([created]);
  });

  it('re-encrypts with the first key, once', async () => {
    expect(await run()).toMatchObject({ checked: 1, reencrypted: 1 });
    expect(await opened(NEW)).toBe('first');
    expect(await run()).toMatchObject({ checked: 1, reencrypted: 0 });
    expect(await rotation.countByKey()).toEqual(new Map([['k2', 1]]));
  });

  it('authenticates every record with the first key', async () => {
    const keys = keysOn(await storeOf(OLD), OLD);
    const { key } = await keys.create(
      { name: 'back end', scopes: ['items:read'], orgIds: null, expiresAt: null },
      OPERATOR,
    );
    const mark = { partition: 'sessions', key: 'ended' };
    await (await storeOf(OLD)).commitIfUnchanged(mark.partition, { put: [{ ...mark, value: 'yes', ttlMs: 60_000 }] });
    expect((await rotation.countRecords()).byKey.get('k1')).toBeGreaterThan(3);
    await run();
    expect([...(await rotation.countRecords()).byKey.keys()]).toEqual(['k2']);
    await rotation.forget(['k1']);

    const after = await storeOf(NEW);
    expect((await keysOn(after, NEW).find(key, Date.now()))?.name).toBe('back end');
    expect(await after.get(mark)).toBe('yes');
    const { accountKey, ...owner } = (await repositoryOn(after, NEW).find(id))!.record;
    expect(await repositoryOn(after, NEW).idOf({ ...owner, accountKey })).toBe(id);
  });

  it('keeps the fingerprints of grants', async () => {
    const before = await new SharedGrants(await storeOf(OLD), OLD).fingerprint('some', 'a token');
    await run();
    await rotation.forget(['k1']);
    expect(await new SharedGrants(await storeOf(NEW), NEW).fingerprint('some', 'a token')).toBe(before);
  });

  it.each([
    ['that still seals with the old key', OLD],
    ['that seals with the new key', BOTH],
  ])('does not overwrite the concurrent refresh of a process %s', async (_, theirs) => {
    const process = repositoryOn(await storeOf(theirs), theirs);
    beforeWrite = () =>
      process.update(
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
    beforeWrite = () => repository.remove(id, OPERATOR);
    await run();
    expect(beforeWrite).toBeNull();
    expect(await repository.find(id)).toBeNull();
  });

  it('skips what it cannot decrypt, and reports its key', async () => {
    const moved = credentialKeys(OLD).seal('first', 'somewhere else');
    await repository.update(id, (record) => ({ ...record, credential: moved }), null);
    expect((await run()).unreadable).toEqual(new Map([['k1', 1]]));
    expect((await repository.find(id))?.record.credential).toBe(moved);
  });
});
