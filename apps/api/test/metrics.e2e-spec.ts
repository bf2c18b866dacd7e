import { createCauseway } from '@causeway/client';
import type { Service } from '@causeway/testing';
import { authorize, connect } from './support/connect.js';
import { someone } from './support/users.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

let service: Service;
beforeAll(async () => {
  ({ service } = await startSandboxMode());
});
afterAll(() => service?.stop());

test('figures count connects, refreshes, provider calls and requests, and name no user', async () => {
  const causeway = createCauseway({ baseUrl: service.url });
  const user = someone();
  const { id } = await connect(causeway, 'airtable', user);
  await authorize(causeway, 'airtable', user, { decision: 'deny' });
  await causeway.POST('/connections/{id}/refresh', { params: { path: { id } } });
  await causeway.GET('/connections/{id}/items', { params: { path: { id }, query: { limit: 1 } } });
  const { text, response } = await raw(`${service.url}/metrics`, { key: null });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain\b/);
  for (const figure of [
    'causeway_connects_total{integration="airtable",outcome="connected"} 1',
    'causeway_connects_total{integration="airtable",outcome="authorization-denied"} 1',
    'causeway_refreshes_total{integration="airtable",outcome="refreshed"} 1',
    /causeway_provider_call_seconds_count\{integration="airtable",outcome="ok"\} [1-9]/,
    /causeway_http_request_seconds_count\{method="GET",route="\/connections\/:id\/items",status="200"\} 1/,
    'process_resident_memory_bytes',
  ]) {
    if (typeof figure === 'string') expect(text).toContain(figure);
    else expect(text).toMatch(figure);
  }
  expect(text).not.toContain(user.orgId);
  expect(text).not.toContain(id);
});
