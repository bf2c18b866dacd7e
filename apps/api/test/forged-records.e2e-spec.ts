import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { openStore, type Ref, type Store } from '@causeway/store';
import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { newApiKey } from '../src/auth/keys/api-key.js';
import { accountRef, connectionRef } from '../src/connections/connection-keys.js';
import { partitionOfConnection } from '../src/store/partition.js';
import { connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

/** An attacker who reads and writes the store, and knows no encryption key. */

let apart: MockProvidersProcess;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
});
afterAll(() => apart?.stop());

const inPlace = ({ id }: Connection): Ref => connectionRef(partitionOfConnection(id) ?? '', id);
const keyRef = (id: string): Ref => ({ partition: 'keys', key: `key:${id}` });

type Json = Record<string, unknown>;
/** What stands before the text in the store. */
const TAG = /^m1\.[\w-]+\.[\w-]{43}\n/;
/** How a text is stored by somebody who cannot make its tag. */
const disguises: [string, (text: string, former: string) => string][] = [
  ['under the tag of what it replaces', (text, former) => (TAG.exec(former)?.[0] ?? '') + text],
  ['without a tag', (text) => text],
  ['under a tag of their own', (text) => `m1.k1.${randomBytes(32).toString('base64url')}\n${text}`],
];

describe.each(['Redis', 'the embedded store'])('who writes in %s', (kind) => {
  let redis: RedisServer | undefined;
  let service: Service;
  let store: Store;
  let operator: CausewayClient;
  beforeAll(async () => {
    redis = kind === 'Redis' ? await startRedis() : undefined;
    service = await startProduction(apart.mockProviders, redis === undefined ? {} : { REDIS_URL: redis.url });
    store = await openStore(
      redis === undefined
        ? { kind: 'embedded', directory: join(service.directory, '.data') }
        : { kind: 'redis', url: redis.url },
    );
    operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  });
  afterAll(async () => {
    await store?.close();
    await Promise.all([service?.stop(), redis?.stop()]);
  });

  const stored = async (ref: Ref) => (await store.get(ref)) ?? '';
  const write = ({ partition, key }: Ref, value: string) =>
    store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs: 'keep' }] });
  const textOf = async (ref: Ref) => (await stored(ref)).replace(TAG, '');
  const recordOf = async (ref: Ref) => JSON.parse(await textOf(ref)) as Json;
  const status = async (path: string, key: string, method = 'GET') =>
    (await raw(`${service.url}${path}`, { key, method })).response.status;
  const ids = async (key: string, query: string) =>
    (
      (await raw(`${service.url}/connections?${query}`, { key })).error as unknown as { connections: Connection[] }
    ).connections.map(({ id }) => id);

  async function apiKey(members: { scopes: string[]; orgIds?: string[]; expiresAt?: string }) {
    const { data } = await operator.POST('/keys', { body: { name: 'a key', ...members } as never });
    return data as { id: string; key: string };
  }

  /** Tries a forgery in each disguise, and puts back what was there. */
  async function inEachDisguise(ref: Ref, change: Json, attempt: (disguise: string) => Promise<void>): Promise<void> {
    const former = await stored(ref);
    for (const [name, disguised] of disguises) {
      await write(ref, disguised(JSON.stringify({ ...(await recordOf(ref)), ...change }), former));
      // The embedded store's readers see what another process writes a moment later.
      await eventually(() => attempt(name));
      await write(ref, former);
    }
  }

  test.each(disguises)('has no key of their own, %s', async (_, disguised) => {
    const { id, key } = newApiKey();
    const genuine = await apiKey({ scopes: ['admin'] });
    const record = {
      ...{ id, name: 'mine', scopes: ['admin', 'credentials:read'], orgIds: null, createdAt: Date.now() },
      ...{ expiresAt: null, hash: hash('sha256', key, 'base64url') },
    };
    await write(keyRef(id), disguised(JSON.stringify(record), await stored(keyRef(genuine.id))));
    expect(await status('/connections', key)).toBe(401);
    // Nor by their hash in the place of another key's.
    const ref = keyRef(genuine.id);
    await write(ref, disguised(JSON.stringify({ ...record, id: genuine.id }), await stored(ref)));
    expect(await status('/connections', key.replace(id, genuine.id))).toBe(401);
    await eventually(async () => expect(await status('/connections', genuine.key)).toBe(401));
  });

  test('gives a key no more scopes and no other organizations', async () => {
    const { orgId } = someone();
    const { id, key } = await apiKey({ scopes: ['connections:read'], orgIds: [orgId] });
    const victim = await connect(operator, 'hubspot', someone());
    expect(await status(`/connections?orgId=${orgId}`, key)).toBe(200);
    for (const change of [{ scopes: ['admin'] }, { orgIds: null }, { orgIds: [victim.orgId] }])
      await inEachDisguise(keyRef(id), change, async (disguise) => {
        const statuses = [
          await status(`/connections/${victim.id}`, key),
          await status(`/connections/${victim.id}/token`, key),
          await status('/keys', key),
        ];
        expect([disguise, change, ...statuses]).toEqual([disguise, change, 401, 401, 401]);
      });
    await eventually(async () => expect(await status(`/connections?orgId=${orgId}`, key)).toBe(200));
  });

  test('does not prolong a key', async () => {
    const { id, key } = await apiKey({
      scopes: ['connections:read'],
      expiresAt: new Date(Date.now() + 1_000).toISOString(),
    });
    await eventually(async () => expect(await status('/connections', key)).toBe(401));
    await inEachDisguise(keyRef(id), { expiresAt: null }, async () =>
      expect(await status('/connections', key)).toBe(401),
    );
  });

  test('does not put one key in the place of another', async () => {
    const [strong, weak] = await Promise.all([apiKey({ scopes: ['admin'] }), apiKey({ scopes: ['items:read'] })]);
    await write(keyRef(weak.id), await stored(keyRef(strong.id)));
    await eventually(async () => expect(await status('/keys', weak.key)).toBe(401));
    expect(await status('/keys', strong.key)).toBe(200);
  });

  test.each<[string, (thief: User) => Json]>([
    ['another user', ({ userId }) => ({ userId })],
    ['another organization', ({ orgId, userId }) => ({ orgId, userId })],
    ['another integration', () => ({ integration: 'slack' })],
    ['another account', () => ({ accountKey: 'their own', account: { id: '1', name: 'their own' } })],
    ['another state', () => ({ problem: null, generation: 99 })],
  ])('does not give a connection %s', async (_, changed) => {
    const victim = await connect(operator, 'hubspot', someone());
    const change = changed({ orgId: someone().orgId, userId: 'mallory' });
    const owner = { ...victim, ...change };
    const { key } = await apiKey({ scopes: ['admin', 'credentials:read'], orgIds: [owner.orgId] });
    await inEachDisguise(inPlace(victim), change, async (disguise) => {
      const statuses = [
        await status(`/connections/${victim.id}`, key),
        await status(`/connections/${victim.id}/token`, key),
      ];
      expect([disguise, ...statuses]).toEqual([disguise, 404, 404]);
      expect(await ids(key, `orgId=${owner.orgId}`)).not.toContain(victim.id);
    });
    await eventually(async () => expect(await connection(operator, victim.id)).toMatchObject(victim));
  });

  test('does not get a credential by a copy of its record at another connection', async () => {
    const victim = await connect(operator, 'hubspot', someone());
    const mine = await connect(operator, 'hubspot', { orgId: victim.orgId, userId: 'mallory' });
    const own = await stored(inPlace(mine));
    const theirs = await recordOf(inPlace(victim));
    const copies = [
      await stored(inPlace(victim)),
      ...disguises.flatMap(([, disguised]) => [
        disguised(JSON.stringify({ ...theirs, id: mine.id, userId: 'mallory' }), own),
        disguised(JSON.stringify({ ...JSON.parse(own.replace(TAG, '')), credential: theirs['credential'] }), own),
      ]),
    ];
    for (const copy of copies) {
      await write(inPlace(mine), copy);
      await eventually(async () => expect(await status(`/connections/${mine.id}/token`, ADMIN_KEY)).toBe(404));
    }
    await write(inPlace(mine), own);
    await eventually(async () => expect(await status(`/connections/${mine.id}/token`, ADMIN_KEY)).toBe(200));
    expect(await status(`/connections/${victim.id}/token`, ADMIN_KEY)).toBe(200);
  });

  test('does not redirect who connects an account to the connection of somebody else', async () => {
    const victim = await connect(operator, 'hubspot', someone());
    const { accountKey } = await recordOf(inPlace(victim));
    const before = await recordOf(inPlace(victim));
    for (const [name, disguised] of disguises) {
      const user = { orgId: victim.orgId, userId: `mallory ${name}`.replaceAll(' ', '-') };
      const pointer = accountRef({ ...user, integration: 'hubspot', accountKey: accountKey as string });
      const genuine = await stored(accountRef({ ...victim, accountKey: accountKey as string }));
      await write(pointer, disguised(victim.id, genuine));
      const made = await connect(operator, 'hubspot', user);
      expect([name, made.id === victim.id, made.userId]).toEqual([name, false, user.userId]);
      expect(await recordOf(inPlace(victim))).toEqual(before);
    }
  });

  test('hides no other record, and what was forged can be removed', async () => {
    const { orgId } = someone();
    const made = await Promise.all(
      ['ann', 'bob', 'eve'].map((userId) => connect(operator, 'notion', { orgId, userId })),
    );
    const [good, bad, garbage] = made as [Connection, Connection, Connection];
    await write(inPlace(bad), JSON.stringify({ ...(await recordOf(inPlace(bad))), userId: 'mallory' }));
    await write(inPlace(garbage), '{"not even');
    await eventually(async () => expect(await ids(ADMIN_KEY, `orgId=${orgId}`)).toEqual([good.id]));
    expect(await ids(ADMIN_KEY, `orgId=${orgId}`)).toEqual([good.id]);
    expect(
      service
        .logs()
        .split('\n')
        .filter((line) => line.includes(bad.id) && line.includes('is ignored')),
    ).toHaveLength(1);
    const metrics = await raw(`${service.url}/metrics`, { key: null });
    expect(metrics.text).toMatch(/causeway_unreadable_records_total\{reason="not-authentic"\} [1-9]/);

    const [own, other] = await Promise.all([
      apiKey({ scopes: ['connections:write'], orgIds: [orgId] }),
      apiKey({ scopes: ['connections:write'], orgIds: [someone().orgId] }),
    ]);
    const { data: session } = await operator.POST('/sessions', { body: { orgId, userId: 'bob' } });
    for (const key of [other.key, session?.token ?? ''])
      expect(await status(`/connections/${bad.id}`, key, 'DELETE')).toBe(404);
    const removed = await raw(`${service.url}/connections/${bad.id}`, { method: 'DELETE', key: own.key });
    expect(removed.error).toMatchObject({ revoked: 'failed' });
    expect(await store.get(inPlace(bad))).toBeNull();
    const { data: audit } = await operator.GET('/audit', { params: { query: { type: 'disconnected' } } });
    expect(audit?.events).toContainEqual(
      expect.objectContaining({ connectionId: bad.id, detail: 'unreadable record' }),
    );
    expect(await status(`/connections/${garbage.id}`, ADMIN_KEY, 'DELETE')).toBe(200);
    expectProblem(
      await raw(`${service.url}/connections/${garbage.id}`, { method: 'DELETE' }),
      'unknown-connection',
      404,
    );
    // Their users connect the same accounts again.
    for (const { userId, id } of [bad, garbage])
      expect((await connect(operator, 'notion', { orgId, userId })).id).not.toBe(id);
    expect((await connect(operator, 'notion', { orgId, userId: good.userId })).id).toBe(good.id);
  });
});
