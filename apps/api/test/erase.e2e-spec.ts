import { createCauseway } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { causeway as run } from './support/command.js';
import { connect } from './support/connect.js';
import { ADMIN_KEY, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

interface Report {
  removed: { connections: { id: string; revoked: string | null }[]; keys: string[]; sessionsOfUsers: number };
  remains: { what: string }[];
}

let apart: MockProvidersProcess;
let service: Service;
let env: Record<string, string>;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  env = productionEnvironment(apart.mockProviders);
  service = await startProduction(apart.mockProviders, env);
});
afterAll(() => Promise.all([apart?.stop(), service?.stop()]));

const erase = async (...args: string[]) => {
  const { code, stdout } = await run(['erase', '--json', ...args], { env, cwd: service.directory });
  expect(code).toBe(0);
  return JSON.parse(stdout) as Report;
};

test('removes an organization with keys, sessions and grants beside the service, and nothing of another one', async () => {
  const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const [ann, other] = [someone(), someone()];
  const bob = { ...ann, userId: 'bob' };
  const mine = [await connect(client, 'hubspot', ann), await connect(client, 'airtable', bob)];
  const theirs = await connect(client, 'notion', other);
  const key = async (orgIds: string[]) =>
    (await client.POST('/keys', { body: { name: 'a key', scopes: ['connections:read'], orgIds } })).data?.key ?? '';
  const [own, shared] = [await key([ann.orgId]), await key([ann.orgId, other.orgId])];
  const { data: session } = await client.POST('/sessions', { body: ann });
  const status = async (bearer: string) => (await raw(`${service.url}/connections`, { key: bearer })).response.status;

  await client.POST('/connections/{id}/check', { params: { path: { id: theirs.id } } });
  await client.POST('/connections/{id}/check', { params: { path: { id: mine[0]?.id ?? '' } } });
  const activity = async (orgId: string) =>
    (await client.GET('/activity', { params: { query: { orgId, kind: 'call' } } })).data?.entries.length;
  expect([await activity(ann.orgId), await activity(other.orgId)]).toEqual([1, 1]);

  const dry = await erase('--org', ann.orgId, '--dry-run');
  expect(dry.removed.connections.map(({ id }) => id).sort()).toEqual(mine.map(({ id }) => id).sort());
  expect([await status(own), await status(session?.token ?? '')]).toEqual([200, 200]);
  expect(await activity(ann.orgId)).toBe(1);

  const ofBob = await erase('--org', ann.orgId, '--user', 'bob');
  expect(ofBob.removed).toMatchObject({ connections: [{ id: mine[1]?.id, revoked: 'unsupported' }], keys: [] });
  expect(ofBob.remains.map(({ what }) => what)).toContain(`the grant of ${mine[1]?.id}`);

  await apart.mockProviders.clearLog();
  const report = await erase('--org', ann.orgId);
  expect(report.removed).toMatchObject({ connections: [{ id: mine[0]?.id, revoked: 'revoked' }], sessionsOfUsers: 1 });
  expect(report.removed.keys).toHaveLength(1);
  expect(report.remains.some(({ what }) => /^\d+ entries of the audit log$/.test(what))).toBe(true);
  expect((await apart.mockProviders.log('hubspot')).revokeCalls).toBe(1);
  expect([await activity(ann.orgId), await activity(other.orgId)]).toEqual([0, 1]);
  expect([await status(own), await status(shared), await status(session?.token ?? '')]).toEqual([401, 200, 401]);
  const { data } = await client.GET('/connections', { params: { query: {} } });
  expect(data?.connections.map(({ id }) => id)).toEqual([theirs.id]);
  const { data: audit } = await client.GET('/audit', { params: { query: { type: 'erased', orgId: ann.orgId } } });
  expect(audit?.events).toHaveLength(2);
  expect(await run(['verify-audit'], { env, cwd: service.directory })).toMatchObject({ code: 0 });
  expect((await erase('--org', ann.orgId)).removed.connections).toEqual([]);
}, 240_000);
