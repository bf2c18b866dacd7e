import { allPages, describeIntegration, provider } from '../integration.contract.js';
import { HubSpotIntegration } from './hubspot.integration.js';

const hubspot = new HubSpotIntegration();
const error = (category: string, more: object = {}) => ({
  status: 'error',
  category,
  message: 'm',
  correlationId: 'c',
  ...more,
});

describeIntegration(hubspot, [
  {
    name: 'an expired token',
    status: 401,
    body: error('EXPIRED_AUTHENTICATION'),
    reason: 'unauthorized',
    code: 'EXPIRED_AUTHENTICATION',
  },
  { name: 'a token that is none', status: 530, body: error('INVALID_AUTHENTICATION'), reason: 'unauthorized' },
  { name: 'missing scopes', status: 403, body: error('MISSING_SCOPES'), reason: 'forbidden', code: 'MISSING_SCOPES' },
  {
    name: 'the limit of ten seconds',
    status: 429,
    body: { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
    reason: 'rate-limited',
    retryAfterMs: 10_000,
  },
  {
    name: 'the limit of a second',
    status: 429,
    body: { policyName: 'SECONDLY' },
    reason: 'rate-limited',
    retryAfterMs: 1_000,
  },
  { name: 'the limit of a day', status: 429, body: { policyName: 'DAILY' }, reason: 'quota-exhausted' },
  { name: 'a lock', status: 423, body: error('LOCKED'), reason: 'unavailable', retryAfterMs: 2_000 },
  {
    name: 'a migration',
    status: 477,
    body: error('MIGRATION'),
    reason: 'unavailable',
  },
  { name: 'a bad request', status: 400, body: error('VALIDATION_ERROR'), reason: 'rejected', code: 'VALIDATION_ERROR' },
]);

const nothing = () => Promise.resolve(null);
const GRANT = { accessToken: 'a', refreshToken: 'r', expiresAt: 1, scopes: null };

describe('hubspot', () => {
  it('lists objects of the current API version with the properties that are shown, to the last page', async () => {
    const { items, seen } = await allPages(
      hubspot,
      { type: 'contact', limit: 1000 },
      {
        'GET /crm/objects/2026-09/contacts': {
          results: [
            {
              id: '1',
              properties: { firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com', company: null },
              createdAt: '2026-02-25T16:23:49.023Z',
              updatedAt: '2026-03-12T07:34:24.559Z',
              archived: false,
            },
            {
              id: 2,
              properties: { firstname: null, email: 'only@example.com' },
              archived: true,
              url: 'https://app.example/2',
            },
          ],
        },
      },
    );
    expect(seen[0]).toMatch(/^GET \/crm\/objects\/2026-09\/contacts\?limit=100&properties=firstname,lastname,email/);
    expect(items[0]).toMatchObject({
      id: '1',
      name: 'Ada Lovelace',
      creationTime: '2026-02-25T16:23:49.023Z',
      lastModifiedTime: '2026-03-12T07:34:24.559Z',
      url: 'https://acme.example/contacts/account-1/record/0-1/1',
      properties: { email: 'ada@example.com', company: null },
    });
    expect(items[1]).toMatchObject({
      id: '2',
      name: 'only@example.com',
      visibility: false,
      url: 'https://app.example/2',
    });
  });

  it.each([
    ['company', 'companies', { name: 'Acme' }],
    ['deal', 'deals', { dealname: 'Acme' }],
    ['ticket', 'tickets', { subject: 'Acme' }],
  ])('names a %s', async (type, path, properties) => {
    const { items } = await allPages(
      hubspot,
      { type },
      { [`GET /crm/objects/2026-09/${path}`]: { results: [{ id: '1', properties }] } },
    );
    expect(items[0]).toMatchObject({ type, name: 'Acme' });
  });

  it('lists owners, who are no CRM objects', async () => {
    const owner = {
      id: '9',
      firstName: 'Grace',
      lastName: 'Hopper',
      email: 'grace@example.com',
      teams: [{ name: 'Sales' }],
    };
    const { items } = await allPages(hubspot, { type: 'owner' }, { 'GET /crm/owners/2026-09': { results: [owner] } });
    expect(items[0]).toMatchObject({
      type: 'owner',
      name: 'Grace Hopper',
      properties: { email: 'grace@example.com', teams: ['Sales'] },
    });
  });

  it.each([
    ['the token response', { hub_id: 62515 }, {}],
    [
      'the account’s details',
      {},
      { 'GET /account-info/2026-09/details': { portalId: 62515, uiDomain: 'app-eu1.hubspot.com' } },
    ],
  ])('knows the account from %s', async (_name, response, answers) => {
    const { api, close } = await provider(answers);
    await expect(hubspot.identify({ ...GRANT, response }, api, nothing)).resolves.toMatchObject({
      account: { id: '62515' },
      key: '62515',
    });
    await close();
  });

  it.each([
    ['the token response', { hub_domain: 'own.example' }, { hub_domain: 'other.example' }, 'own.example'],
    ['introspection', {}, { active: true, hub_domain: 'harbour-works.example' }, 'harbour-works.example'],
    ['its id where neither has one', {}, { active: true }, 'HubSpot account 4711'],
    ['its id where introspection fails', {}, null, 'HubSpot account 4711'],
  ])('names the account by %s', async (_name, response, introspection, name) => {
    const { api, close } = await provider({});
    const introspect = () => Promise.resolve(introspection);
    const identity = await hubspot.identify({ ...GRANT, response: { hub_id: 4711, ...response } }, api, introspect);
    expect(identity.account).toMatchObject({ id: '4711', name });
    await close();
  });
});
