import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCauseway } from '@causeway/client';
import {
  BrowserUser,
  startService,
  startMockProviders,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { authorizationUrl } from './support/connect.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { AFRESH } from './support/load.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, unlimited } from './support/production.js';

/** Access and refresh tokens of the mock providers. */
const TOKENS = /\b(ntn_|nrt_)\w{20}|\boa[ar]\w{14}\.v1|\bxox[bpe][.-]|\beu1-[0-9a-f]{8}-|\bna1-[0-9a-f]{8}-/;

let apart: MockProvidersProcess;
let service: Service;
const secrets = new Set<string>();
const answers: string[] = [];
beforeAll(async () => {
  apart = await startMockProviders();
  const mockProviders = await unlimited(apart.mockProviders);
  const apps = new Apps(mockProviders);
  for (const integration of INTEGRATIONS) await apps.become(integration);
  service = await startService({ env: { ...apps.environment(), LOG_LEVEL: 'debug' } });
  secrets.add(ADMIN_KEY);
  for (const integration of INTEGRATIONS) secrets.add(apps.clientOf(integration).clientSecret);

  // Calls every route but the token route, with success and failure, and keeps the responses.
  const recording: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!response.url.endsWith('/token')) answers.push(await response.clone().text());
    return response;
  };
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY, fetch: recording });
  for (const integration of INTEGRATIONS) {
    const user = someone();
    const browserUser = new BrowserUser();
    const url = await authorizationUrl(causeway, integration, user);
    secrets.add(url.split('/').at(-1) ?? url);
    const consent = await browserUser.openConsent(url);
    for (const pair of browserUser.cookies.header(url, { method: 'GET' }).split('; '))
      secrets.add(pair.slice(pair.indexOf('=') + 1));
    const callback = await browserUser.submitConsent(consent);
    for (const name of ['code', 'state']) secrets.add(new URL(callback).searchParams.get(name) ?? '');
    const outcome = await browserUser.followCallback(callback);
    answers.push(outcome.html, JSON.stringify([...outcome.headers]));
    await browserUser.followCallback(callback);
    const id = outcome.message?.connectionId ?? '';
    const path = { params: { path: { id } } };
    const take = async () => {
      const { data } = await causeway.GET('/connections/{id}/token', path);
      secrets.add(data?.accessToken ?? '');
    };
    const load = () =>
      causeway.POST('/integrations/{integration}/load', {
        params: { path: { integration } },
        headers: AFRESH,
        body: { ...user, limit: 3 },
      });
    await take();
    await load();
    await causeway.POST('/connections/{id}/refresh', path);
    await take();
    await causeway.POST('/connections/{id}/check', path);
    await causeway.GET('/connections/{id}', path);
    await causeway.GET('/connections', { params: { query: user } });
    for (const kind of ['malformed-json', 'html'] as const) {
      for (const on of ['data', 'token'] as const)
        await mockProviders.fault({ provider: integration, kind, on, times: 4 });
      await load();
      await causeway.POST('/connections/{id}/refresh', path);
      await mockProviders.clearFaults();
    }
    await mockProviders.revoke({ provider: integration });
    await causeway.POST('/connections/{id}/refresh', path);
    await load();
    await causeway.GET('/connections/{id}', path);
  }
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const leaked = (text: string) => [
  ...[...secrets].filter((secret) => text.includes(secret)),
  ...(TOKENS.exec(text) ?? []),
];

test('the secrets of this run were collected', () => {
  expect([...secrets].every((secret) => secret.length >= 16)).toBe(true);
  expect(secrets.size).toBeGreaterThan(20);
});

test('no response but the token route’s contains a token, a code or a state', () => {
  expect(answers.length).toBeGreaterThan(40);
  // The response of an authorize request contains the request id.
  const others = answers.filter((answer) => !answer.includes('"authorizationUrl"'));
  expect(others.flatMap((answer) => leaked(answer))).toEqual([]);
});

test('no log line contains a secret', () => {
  const lines = service.logs().split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => leaked(line).length > 0)).toEqual([]);
});

test('the logs are JSON lines', () => {
  const lines = service.logs().split('\n').filter(Boolean);
  const broken = lines.filter((line) => {
    try {
      return typeof JSON.parse(line) !== 'object';
    } catch {
      return true;
    }
  });
  expect(broken).toEqual([]);
});

test('credentials on disk are encrypted', async () => {
  const folder = join(service.directory, '.data');
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const content = (await readFile(join(file.parentPath, file.name))).toString('latin1');
    expect({ file: file.name, leaked: leaked(content) }).toEqual({ file: file.name, leaked: [] });
  }
});
