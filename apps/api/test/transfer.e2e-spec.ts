import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { causeway as run } from './support/command.js';
import { connect, connection } from './support/connect.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

let apart: MockProvidersProcess;
let folder: string;
let service: Service;
let env: Record<string, string>;
let client: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  folder = await mkdtemp(join(tmpdir(), 'causeway-transfer-'));
  env = productionEnvironment(apart.mockProviders);
  service = await startProduction(apart.mockProviders, env);
  client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(async () => {
  await Promise.all([apart?.stop(), service?.stop()]);
  if (folder) await rm(folder, { recursive: true });
});

const accessTokenOf = async (of: Service, id: string) =>
  (JSON.parse((await raw(`${of.url}/connections/${id}/token`)).text) as { accessToken?: string }).accessToken;

test('connections move to an installation with other keys, keep their ids, and are not replaced by older credentials', async () => {
  const users = INTEGRATIONS.map(someone);
  const made = await Promise.all(users.map((user, i) => connect(client, INTEGRATIONS[i]!, user)));
  const tokens = await Promise.all(made.map(({ id }) => accessTokenOf(service, id)));
  const identity = await generateX25519Identity();
  const [file, keyFile] = [join(folder, 'export.age'), join(folder, 'identity')];
  await writeFile(keyFile, `# a comment\n${identity}\n`);
  const recipient = await identityToRecipient(identity);
  const exported = await run(['export', file, '--recipient', recipient], { env, cwd: service.directory });
  expect(exported).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`exported ${made.length} connections`) as string,
  });
  const content = await readFile(file, 'latin1');
  expect(content.startsWith('age-encryption.org/v1')).toBe(true);
  for (const token of tokens) expect(content).not.toContain(token);

  const other = { ...env, ENCRYPTION_KEYS: encryptionKeys('other') };
  const target = await startProduction(apart.mockProviders, other);
  try {
    const into = (...args: string[]) =>
      run(['import', file, '--identity', keyFile, ...args], { env: other, cwd: target.directory });
    const there = createCauseway({ baseUrl: target.url, apiKey: ADMIN_KEY });
    const dry = await into('--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${made[0]!.id} (${INTEGRATIONS[0]}`) as string,
    });
    expect(dry.stdout).toContain('nothing was changed: 4 created, 0 replaced, 0 kept, 0 not imported');
    expect((await there.GET('/connections')).data?.connections).toEqual([]);
    expect((await into()).stdout).toContain('\n4 created, 0 replaced, 0 kept, 0 not imported\n');
    for (const [i, { id, account }] of made.entries()) {
      expect(await connection(there, id)).toMatchObject({ ...users[i]!, account, status: 'active' });
      expect(await accessTokenOf(target, id)).toBe(tokens[i]);
    }
    expect((await into()).stdout).toContain('\n0 created, 0 replaced, 4 kept, 0 not imported\n');
    expect((await into('--replace')).stdout).toContain('\n0 created, 4 replaced, 0 kept, 0 not imported\n');
    const { data } = await there.GET('/audit', { params: { query: { type: 'connections-imported' } } });
    expect(data?.events).toHaveLength(3);
  } finally {
    await target.stop();
  }
  const { data } = await client.GET('/audit', { params: { query: { type: 'connections-exported' } } });
  expect(data?.events).toHaveLength(1);

  await writeFile(file, (await readFile(file)).subarray(0, -20));
  const cut = await run(['import', file, '--identity', keyFile], { env, cwd: service.directory });
  expect(cut).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cannot be decrypted') as string });
}, 240_000);

test('connections of Nango are taken over, with the account that the provider names; each that is not says why', async () => {
  const user = someone();
  const seed = await connect(client, 'hubspot', someone());
  const accessToken = await accessTokenOf(service, seed.id);
  const credentials = {
    type: 'OAUTH2',
    access_token: accessToken,
    refresh_token: 'a-refresh-token',
    expires_at: '2100-01-01T00:00:00.000Z',
    raw: {},
  };
  const endUser = { id: user.userId, organization: { id: user.orgId } };
  const listed = [
    { connection_id: 'good', provider_config_key: 'hubspot-prod', end_user: endUser },
    { connection_id: 'nobody', provider_config_key: 'hubspot-prod', end_user: null },
    { connection_id: 'other', provider_config_key: 'jira', end_user: endUser },
    { connection_id: 'basic', provider_config_key: 'hubspot-prod', end_user: endUser },
    { connection_id: 'dead', provider_config_key: 'hubspot-prod', end_user: endUser },
  ];
  const asked: string[] = [];
  const nango = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    const url = new URL(request.url ?? '', 'http://nango');
    const id = url.pathname.split('/')[2];
    const found = listed.find(({ connection_id }) => connection_id === id);
    const secret =
      id === 'basic' ? { type: 'BASIC' } : id === 'dead' ? { ...credentials, access_token: 'revoked' } : credentials;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(
        id === undefined
          ? { connections: listed }
          : { ...found, updated_at: new Date().toISOString(), credentials: secret },
      ),
    );
  });
  await once(nango.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(nango.address() as AddressInfo).port}`;
  try {
    const key = join(folder, 'nango');
    await writeFile(key, 'the-secret-key\n');
    const args = ['import', '--from', 'nango', '--url', url, '--secret-key-file', key, '--map', 'hubspot-prod=hubspot'];
    const dry = await run([...args, '--dry-run'], { env, cwd: service.directory });
    expect(dry.stdout).toMatch(/^good \(hubspot-prod\): would be created$/m);
    const taken = await run(args, { env, cwd: service.directory });
    expect(taken.code).toBe(1);
    expect(taken.stdout.trimEnd().split('\n')).toEqual([
      'good (hubspot-prod): created',
      'nobody (hubspot-prod): not imported: it has no organization: --org names one',
      'other (jira): not imported: no integration is named "jira": --map jira=<integration>, one of notion, airtable, hubspot, slack',
      'basic (hubspot-prod): not imported: it has no credentials of OAuth 2.0',
      expect.stringMatching(/^dead \(hubspot-prod\): not imported: /),
      '1 created, 0 replaced, 0 kept, 4 not imported',
    ]);
    expect(asked).toContain(
      'Bearer the-secret-key /connections/good?provider_config_key=hubspot-prod&refresh_token=true',
    );
    const { data } = await client.GET('/connections', { params: { query: { orgId: user.orgId } } });
    expect(data?.connections).toMatchObject([
      { integration: 'hubspot', ...user, account: seed.account, status: 'active' },
    ]);
    expect(taken.stdout + taken.stderr + service.logs()).not.toContain('a-refresh-token');
  } finally {
    nango.close();
  }
}, 240_000);
