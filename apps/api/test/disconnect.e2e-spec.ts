import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type Service, type MockProviders, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { someone } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  mockProviders = await unlimited(apart.mockProviders);
  service = await startProduction(mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));
beforeEach(async () => {
  await mockProviders.clearFaults();
  await mockProviders.clearLog();
});

const remove = (id: string) => causeway.DELETE('/connections/{id}', { params: { path: { id } } });

async function expectGone(id: string): Promise<void> {
  const path = { params: { path: { id } } };
  for (const answer of [
    await causeway.GET('/connections/{id}', path),
    await causeway.GET('/connections/{id}/token', path),
    await causeway.GET('/connections/{id}/items', path),
    await causeway.POST('/connections/{id}/refresh', path),
    await causeway.POST('/connections/{id}/check', path),
    await remove(id),
  ]) {
    expectProblem(answer, 'unknown-connection', 404);
  }
}

/** Airtable documents no revocation. */
const OUTCOMES: Record<IntegrationId, 'revoked' | 'unsupported'> = {
  notion: 'revoked',
  airtable: 'unsupported',
  hubspot: 'revoked',
  slack: 'revoked',
};

test.each(INTEGRATIONS)(
  '%s: revokes the grant where the provider supports it, and deletes the connection',
  async (integration) => {
    const user = someone();
    const { id } = await connect(causeway, integration, user);
    const { data, response } = await remove(id);
    expect(response.status).toBe(200);
    expect(data?.revoked).toBe(OUTCOMES[integration]);
    expect((await mockProviders.log(integration)).revokeCalls).toBe(OUTCOMES[integration] === 'revoked' ? 1 : 0);
    await expectGone(id);
    const state = await causeway.POST('/integrations/{integration}/credentials', {
      params: { path: { integration } },
      body: user,
    });
    expectProblem(state, 'not-connected', 404);
    const list = await causeway.GET('/connections', { params: { query: user } });
    expect(list.data).toEqual({ connections: [], nextCursor: null });
  },
);

test.each(['notion', 'slack'] as const)('%s: rejects the token after a disconnect', async (integration) => {
  const { id } = await connect(causeway, integration, someone());
  const { data } = await causeway.GET('/connections/{id}/token', { params: { path: { id } } });
  await remove(id);
  const path = integration === 'notion' ? '/notion/v1/users/me' : '/slack/api/auth.test';
  const response = await fetch(`${mockProviders.url}${path}`, {
    headers: { authorization: `Bearer ${data?.accessToken}`, 'notion-version': '2026-03-11' },
  });
  expect(await response.text()).toMatch(/unauthorized|token_revoked/);
});

test.each([
  ['notion', '/v1/oauth/revoke'],
  ['hubspot', '/oauth/2026-09/token/revoke'],
  ['slack', '/api/auth.revoke'],
] as const)('%s: gone here also when the provider does not take it back', async (integration, on) => {
  const { id } = await connect(causeway, integration, someone());
  await mockProviders.fault({ provider: integration, kind: 'server-error', status: 500, on });
  const { data, response } = await remove(id);
  expect(response.status).toBe(200);
  expect(data).toEqual({ revoked: 'failed', detail: expect.any(String) });
  await expectGone(id);
});

test('deletes a connection whose grant was revoked before', async () => {
  const { id } = await connect(causeway, 'slack', someone());
  await mockProviders.revoke({ provider: 'slack' });
  expect((await remove(id)).response.status).toBe(200);
  await expectGone(id);
});

test('keeps the other connections of the user; connecting again makes a new one', async () => {
  const user = someone();
  const first = await connect(causeway, 'hubspot', user, { account: '147893286' });
  const second = await connect(causeway, 'hubspot', user, { account: '62515001' });
  await remove(second.id);
  const state = await causeway.POST('/integrations/{integration}/credentials', {
    params: { path: { integration: 'hubspot' } },
    body: user,
  });
  expect(state.data?.id).toBe(first.id);
  const again = await connect(causeway, 'hubspot', user, { account: '62515001' });
  expect(again.id).not.toBe(second.id);
});

test('answers unknown-connection to the second of two deletes at once', async () => {
  const { id } = await connect(causeway, 'notion', someone());
  const answers = await Promise.all([remove(id), remove(id)]);
  for (const { response } of answers) expect([200, 404]).toContain(response.status);
  await expectGone(id);
});
