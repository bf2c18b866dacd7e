import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  type MockProviders,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import type { IntegrationId } from './support/integration-ids.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { someone } from './support/users.js';

const SHARED = { revoked: 'shared', detail: 'still used by another connection' };
const at = (id: string) => ({ params: { path: { id } } });

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  mockProviders = await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

describe.each(['embedded', 'redis'] as const)('one grant of two users of two organizations, %s store', (kind) => {
  let service: Service;
  let causeway: CausewayClient;
  let env: Record<string, string>;
  beforeAll(async () => {
    const apps = new Apps(mockProviders);
    await apps.become('slack');
    for (const provider of ['notion', 'hubspot'] as const) await apps.become(provider, { oneGrant: true });
    env = { ...apps.environment(), ...(kind === 'redis' ? { REDIS_URL: redis.url } : {}) };
    service = await startService({ env });
    causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => service?.stop());
  beforeEach(() => mockProviders.clearLog());

  const disconnect = async (id: string) => (await causeway.DELETE('/connections/{id}', at(id))).data;
  const check = async (id: string) => (await causeway.POST('/connections/{id}/check', at(id))).data?.status;
  const token = async (id: string) => (await causeway.GET('/connections/{id}/token', at(id))).data?.accessToken;
  const revocations = async (integration: IntegrationId) => (await mockProviders.log(integration)).revokeCalls;

  test.each(['slack', 'hubspot', 'notion'] as const)('%s: is revoked with the last connection', async (integration) => {
    const [ann, bob] = [
      await connect(causeway, integration, someone()),
      await connect(causeway, integration, someone()),
    ];
    expect(await disconnect(ann.id)).toEqual(SHARED);
    expect([await revocations(integration), await check(bob.id)]).toEqual([0, 'active']);
    expect(await disconnect(bob.id)).toEqual({ revoked: 'revoked' });
    expect(await revocations(integration)).toBe(1);
  });

  test('is revoked once where all disconnect at the same moment', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) ids.push((await connect(causeway, 'slack', someone())).id);
    const answers = await Promise.all(ids.map(disconnect));
    expect(answers.map((answer) => answer?.revoked).sort()).toEqual(['revoked', 'shared', 'shared', 'shared']);
    expect(await revocations('slack')).toBe(1);
  });

  test('is revoked where the other connection has another account', async () => {
    const other = await connect(causeway, 'slack', someone(), { account: 'T05QUARRY01' });
    const { id } = await connect(causeway, 'slack', someone());
    expect(await disconnect(id)).toEqual({ revoked: 'revoked' });
    expect(await check(other.id)).toBe('active');
    expect(await disconnect(other.id)).toEqual({ revoked: 'revoked' });
  });

  test('stays shared with the connection of a user who connects again', async () => {
    const user = someone();
    const ann = await connect(causeway, 'slack', user);
    const bob = await connect(causeway, 'slack', someone());
    expect((await connect(causeway, 'slack', user)).id).toBe(ann.id);
    expect(await disconnect(bob.id)).toEqual(SHARED);
    expect(await disconnect(ann.id)).toEqual({ revoked: 'revoked' });
  });

  test('notion: an authorization that ends the tokens of an earlier one replaces them everywhere', async () => {
    const ann = await connect(causeway, 'notion', someone());
    const before = await token(ann.id);
    const bob = await connect(causeway, 'notion', someone());
    expect(await token(ann.id)).toBe(await token(bob.id));
    expect(await token(ann.id)).not.toBe(before);
    expect([await check(ann.id), await check(bob.id)]).toEqual(['active', 'active']);
    for (const { id } of [ann, bob]) await disconnect(id);
  });

  test.each(['notion', 'hubspot'] as const)('%s: a refresh by one is seen by the other', async (integration) => {
    const [ann, bob] = [
      await connect(causeway, integration, someone()),
      await connect(causeway, integration, someone()),
    ];
    const before = await token(bob.id);
    const refreshed = await causeway.POST('/connections/{id}/refresh', at(ann.id));
    expect(refreshed.data?.status).toBe('active');
    expect(await token(bob.id)).toBe(await token(ann.id));
    expect(await token(bob.id)).not.toBe(before);
    const { data } = await causeway.GET('/connections/{id}/events', at(bob.id));
    expect(data?.events).toContainEqual(
      expect.objectContaining({ type: 'refreshed', detail: 'shared-grant', actor: { kind: 'service', id: null } }),
    );
    for (const { id } of [ann, bob]) await disconnect(id);
  });

  test('notion: refreshes of both at the same moment spend no refresh token twice', async () => {
    const pair = [await connect(causeway, 'notion', someone()), await connect(causeway, 'notion', someone())];
    await mockProviders.fault({ provider: 'notion', kind: 'latency', on: 'token', ms: 300 });
    const refreshed = await Promise.all(pair.map(({ id }) => causeway.POST('/connections/{id}/refresh', at(id))));
    await mockProviders.clearFaults();
    expect(refreshed.map(({ data }) => data?.status)).toEqual(['active', 'active']);
    expect(await token(pair[0]?.id ?? '')).toBe(await token(pair[1]?.id ?? ''));
    const { refreshTokens } = await mockProviders.log('notion');
    expect(refreshTokens.map(({ presented }) => presented)).toEqual([1]);
    for (const { id } of pair) await disconnect(id);
  });

  test('is not revoked where one of its connections is forgotten', async () => {
    const forgetful = await startService({ env: { ...env, CREDENTIAL_TTL_SECONDS: '3' } });
    const client = createCauseway({ baseUrl: forgetful.url, apiKey: ADMIN_KEY });
    try {
      const idle = await connect(client, 'hubspot', someone());
      const used = await connect(client, 'hubspot', someone());
      await eventually(async () => {
        // Using it puts the end off.
        expect((await client.POST('/connections/{id}/check', at(used.id))).data?.status).toBe('active');
        expect(forgetful.logs()).toContain(`disconnected hubspot ${idle.id}`);
      }, 20_000);
      expect(await revocations('hubspot')).toBe(0);
      expect((await client.POST('/connections/{id}/check', at(used.id))).data?.status).toBe('active');
      expect((await client.DELETE('/connections/{id}', at(used.id))).data).toEqual({ revoked: 'revoked' });
    } finally {
      await forgetful.stop();
    }
  });
});
