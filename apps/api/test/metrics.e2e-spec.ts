import { createCauseway } from '@causeway/client';
import { startMockProviders, type Service } from '@causeway/testing';
import { authorize, connect } from './support/connect.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, startProduction } from './support/production.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

let service: Service;
beforeAll(async () => {
  ({ service } = await startSandboxMode());
});
afterAll(() => service?.stop());

test('count connects, refreshes, provider calls and requests by outcome, without names of users', async () => {
  const causeway = createCauseway({ baseUrl: service.url });
  const user = someone();
  const { id } = await connect(causeway, 'airtable', user);
  await authorize(causeway, 'airtable', user, { decision: 'deny' });
  await causeway.POST('/connections/{id}/refresh', { params: { path: { id } } });
  await causeway.GET('/connections/{id}/items', { params: { path: { id }, query: { limit: 1 } } });
  const { text, response } = await raw(`${service.url}/metrics`, { key: null });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain\b/);
  for (const sample of [
    'causeway_connects_total{integration="airtable",outcome="connected"} 1',
    'causeway_connects_total{integration="airtable",outcome="authorization-denied"} 1',
    'causeway_refreshes_total{integration="airtable",outcome="refreshed"} 1',
    /causeway_provider_call_seconds_count\{integration="airtable",outcome="ok"\} [1-9]/,
    /causeway_http_request_seconds_count\{method="GET",route="\/connections\/:id\/items",status="200"\} 1/,
    'causeway_connections{integration="airtable",status="active"} 1',
    'process_resident_memory_bytes',
  ]) {
    if (typeof sample === 'string') expect(text).toContain(sample);
    else expect(text).toMatch(sample);
  }
  expect(text).not.toContain(user.orgId);
  expect(text).not.toContain(id);

  const { data: summary } = await causeway.GET('/metrics/summary');
  expect(summary).toMatchObject({
    connects: 2,
    refreshes: 1,
    loads: 0,
    failures: [{ source: 'connects', reason: 'authorization-denied', count: 1 }],
  });
  expect(Date.parse(summary?.at ?? '')).toBeLessThanOrEqual(Date.now());
  for (const name of [
    'providerCalls',
    'providerCallSeconds',
    'requests',
    'requestSeconds',
    'memoryBytes',
    'heapBytes',
  ] as const)
    expect([name, Number(summary?.[name]) > 0]).toEqual([name, true]);
});

test('with METRICS_KEY, nobody else reads them', async () => {
  const METRICS_KEY = 'a-key-for-prometheus-0123456789abcdef';
  const { mockProviders, stop } = await startMockProviders();
  const closed = await startProduction(mockProviders, { METRICS_KEY });
  try {
    const read = async (key: string | null) => (await raw(`${closed.url}/metrics`, { key })).response.status;
    expect(await Promise.all([null, 'wrong', ADMIN_KEY, METRICS_KEY].map(read))).toEqual([401, 401, 401, 200]);
    const summary = async (key: string | null) => (await raw(`${closed.url}/metrics/summary`, { key })).response.status;
    expect(await Promise.all([null, METRICS_KEY, ADMIN_KEY].map(summary))).toEqual([401, 401, 200]);
    const operator = createCauseway({ baseUrl: closed.url, apiKey: ADMIN_KEY });
    const { data: key } = await operator.POST('/keys', {
      body: { name: 'limited', scopes: ['admin'], orgIds: ['acme'] },
    });
    const { data: session } = await operator.POST('/sessions', { body: { orgId: 'acme', userId: 'ann' } });
    expect(await Promise.all([key?.key, session?.token].map((token) => summary(token ?? null)))).toEqual([403, 403]);
  } finally {
    await Promise.all([closed.stop(), stop()]);
  }
});
