import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type MockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

type Line = Record<string, unknown>;

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let service: Service;
let causeway: CausewayClient;
let user: User;
let id: string;
let key: { id: string; key: string };

beforeAll(async () => {
  apart = await startMockProviders();
  mockProviders = await unlimited(apart.mockProviders);
  service = await startProduction(mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  user = someone();
  id = (await connect(causeway, 'airtable', user)).id;
  const { data } = await causeway.POST('/keys', {
    body: { name: 'back end', scopes: ['credentials:read', 'proxy', 'connections:read'], orgIds: [user.orgId] },
  });
  key = data as typeof key;
});
afterAll(async () => {
  await service?.stop();
  await apart?.stop();
});

const linesOf = (of: Service): Line[] =>
  of
    .logs()
    .split('\n')
    .filter((line) => line.includes('"context":"Request"'))
    .map((line) => JSON.parse(line) as Line);

async function lineOf(requestId: string, of = service): Promise<Line> {
  let found: Line[] = [];
  await eventually(() => {
    found = linesOf(of).filter((line) => line['requestId'] === requestId);
    expect(found).toHaveLength(1);
  });
  return found[0] ?? {};
}

const get = (path: string, requestId: string, more: Parameters<typeof raw>[1] = {}) =>
  raw(`${service.url}${path}`, { ...more, headers: { 'x-request-id': requestId, ...more.headers } });

test('a proxied call has one line, with who called, for whom, and what the provider took', async () => {
  const { response } = await get(`/connections/${id}/proxy/v0/meta/whoami?q=a-value`, 'proxied', {
    key: key.key,
    headers: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` },
  });
  expect(response.status).toBe(200);
  const line = await lineOf('proxied');
  expect(line).toEqual({
    level: 'info',
    pid: expect.any(Number),
    timestamp: expect.any(Number),
    context: 'Request',
    message: 'GET /connections/:id/proxy/* 200',
    requestId: 'proxied',
    traceId: TRACE_ID,
    method: 'GET',
    route: '/connections/:id/proxy/*',
    status: 200,
    durationMs: expect.any(Number),
    bytesOut: expect.any(Number),
    caller: 'key',
    callerId: key.id,
    // As SECURITY.md says how to find an organization in the store.
    organization: createHash('sha256').update(user.orgId).digest('hex').slice(0, 12),
    connectionId: id,
    upstreamCalls: 1,
    upstreamMs: expect.any(Number),
    waitedMs: 0,
  });
  expect(line['bytesOut']).toBeGreaterThan(100);
  expect(line['durationMs']).toBeGreaterThanOrEqual(Number(line['upstreamMs']));
});

test('a refresh and a retry count as what the request asked of the provider', async () => {
  await mockProviders.expire({ provider: 'airtable' });
  await mockProviders.fault({ provider: 'airtable', on: 'data', kind: 'server-error', status: 503, times: 1 });
  expect((await get(`/connections/${id}/proxy/v0/meta/whoami`, 'refreshed')).response.status).toBe(200);
  const line = await lineOf('refreshed');
  // The first call with its retry, the refresh, and the call with the new token.
  expect(line).toMatchObject({ caller: 'operator', upstreamCalls: 3 });
  expect(line['waitedMs']).toBeGreaterThan(0);
  expect(line['upstreamMs']).toBeGreaterThan(Number(line['waitedMs']));
});

test('requests that are refused have a line, without anything that came with them', async () => {
  await get('/connections/not%20an%20id/token?secret=value', 'unknown');
  await get('/connections', 'unauthenticated', { key: 'wrong-key-of-somebody' });
  await get('/no/such/path/value', 'no-route');
  expect(await lineOf('unknown')).toMatchObject({ status: 404, route: '/connections/:id/token' });
  expect(await lineOf('unauthenticated')).toMatchObject({ status: 401, route: '/connections' });
  expect(await lineOf('no-route')).toMatchObject({ status: 404, route: '/*' });
  expect(service.logs()).not.toMatch(/not an id|not%20an|value|wrong-key/);
  expect(service.logs()).not.toContain(user.orgId);
  expect(service.logs()).not.toContain(user.userId);
});

test('a body names the organization where a path does not', async () => {
  const body = JSON.stringify({ ...user, limit: 1 });
  await get('/integrations/airtable/load', 'load', { method: 'POST', type: 'application/json', body });
  const organization = createHash('sha256').update(user.orgId).digest('hex').slice(0, 12);
  expect(await lineOf('load')).toMatchObject({ organization, caller: 'operator', status: 200 });
});

test('a stream has its line at its end, also when its client disconnects', async () => {
  const gone = new AbortController();
  const response = await fetch(`${service.url}/events`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'x-request-id': 'stream' },
    signal: gone.signal,
  });
  await response.body?.getReader().read();
  await sleep(150);
  expect(linesOf(service).filter((line) => line['requestId'] === 'stream')).toEqual([]);
  gone.abort();
  const line = await lineOf('stream');
  expect(line).toMatchObject({ route: '/events', status: 200, aborted: true });
  expect(line['durationMs']).toBeGreaterThan(150);
});

test('probes and Prometheus have none', async () => {
  for (const path of ['/health/live', '/health/ready', '/metrics'])
    await get(path, `quiet${path.replaceAll('/', '-')}`);
  await get('/integrations', 'last');
  await lineOf('last');
  expect(linesOf(service).filter(({ requestId }) => String(requestId).startsWith('quiet'))).toEqual([]);
});

test('a process that stops has no lines for the checks of its readiness', async () => {
  const stopping = await startProduction(mockProviders, { DRAIN_SECONDS: '2' });
  const ask = (path: string, requestId: string) =>
    raw(`${stopping.url}${path}`, { headers: { 'x-request-id': requestId } });
  try {
    stopping.signal('SIGTERM');
    await eventually(async () => expect((await ask('/health/ready', 'draining')).response.status).toBe(503));
    await ask('/integrations', 'served');
    await lineOf('served', stopping);
    await stopping.ended();
    expect(linesOf(stopping).map(({ requestId }) => requestId)).toEqual(['served']);
  } finally {
    await stopping.stop();
  }
});

test('a malformed traceparent is ignored', async () => {
  await get('/integrations', 'malformed', { headers: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` } });
  expect(await lineOf('malformed')).not.toHaveProperty('traceId');
});

test('with REQUEST_LOG=0 only failures have a line, and with off none', async () => {
  const body = '{"orgId":"a","userId":"b"}';
  for (const [REQUEST_LOG, expected] of [
    ['0', ['failed']],
    ['off', []],
  ] as const) {
    const other = await startProduction(mockProviders, { REQUEST_LOG });
    const ask = (path: string, requestId: string, more: Parameters<typeof raw>[1] = {}) =>
      raw(`${other.url}${path}`, { ...more, headers: { 'x-request-id': requestId } });
    try {
      const { id: broken } = await connect(createCauseway({ baseUrl: other.url, apiKey: ADMIN_KEY }), 'hubspot', user);
      await mockProviders.fault({ provider: 'hubspot', on: 'token', kind: 'server-error', status: 500, times: 50 });
      await ask('/integrations', 'good');
      await ask('/no', 'missing', { method: 'POST', type: 'application/json', body });
      const failed = await ask(`/connections/${broken}/refresh`, 'failed', { method: 'POST' });
      expect(failed.response.status).toBe(502);
      await sleep(200);
      expect(linesOf(other).map(({ requestId }) => requestId)).toEqual(expected);
    } finally {
      await mockProviders.clearFaults();
      await other.stop();
    }
  }
});
