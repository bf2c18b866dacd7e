import { createCauseway, type CausewayClient } from '@causeway/client';
import { BrowserUser, startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { authorizationUrl, authorize, connect, connection } from './support/connect.js';
import { INTEGRATIONS, type IntegrationId } from './support/integration-ids.js';
import { someone, type User } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { expectFailed, expectProblem } from './support/problems.js';

let apart: MockProvidersProcess;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));
beforeEach(() => apart.mockProviders.clearLog());

const connectionsOf = async (user: User) =>
  (await causeway.GET('/connections', { params: { query: user } })).data?.connections ?? [];

const exchanges = async (integration: IntegrationId) => (await apart.mockProviders.log(integration)).exchangeCalls;

const callbackOf = (integration: IntegrationId, query: Record<string, string>) =>
  `${service.url}/integrations/${integration}/oauth2callback?${new URLSearchParams(query).toString()}`;

describe('the authorization URL', () => {
  const parameters = async (integration: IntegrationId) => {
    const url = await new BrowserUser().open(await authorizationUrl(causeway, integration, someone()));
    return { url, query: Object.fromEntries(new URL(url).searchParams) };
  };

  test.each(INTEGRATIONS)('%s: client, redirect URI and a long random state', async (integration) => {
    const [first, second] = [await parameters(integration), await parameters(integration)];
    expect(first.query).toMatchObject({
      client_id: `sandbox-${integration}`,
      redirect_uri: `${service.url}/integrations/${integration}/oauth2callback`,
    });
    expect(first.query['state']).toMatch(/^[A-Za-z0-9._-]{32,1024}$/);
    expect(second.query['state']).not.toBe(first.query['state']);
  });

  test('notion: owner=user, no scope, no PKCE', async () => {
    const { query } = await parameters('notion');
    expect(query).toMatchObject({ owner: 'user', response_type: 'code' });
    expect(Object.keys(query)).toEqual(expect.not.arrayContaining(['scope', 'code_challenge']));
  });

  test('airtable: scopes with spaces, PKCE with S256, another challenge each time', async () => {
    const [{ query }, again] = [await parameters('airtable'), await parameters('airtable')];
    expect(query).toMatchObject({ response_type: 'code', code_challenge_method: 'S256' });
    expect(query['code_challenge']).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(again.query['code_challenge']).not.toBe(query['code_challenge']);
    expect(query['scope']?.split(' ')).toEqual(expect.arrayContaining(['schema.bases:read', 'data.records:read']));
  });

  test('hubspot: scopes joined by %20', async () => {
    const { url, query } = await parameters('hubspot');
    expect(url).toMatch(/[?&]scope=[^&+]*%20/);
    expect(query['scope']?.split(' ')).toEqual(
      expect.arrayContaining([
        'oauth', 'crm.objects.contacts.read', 'crm.objects.companies.read', 'crm.objects.deals.read', 'tickets',
      ]), // prettier-ignore
    );
  });

  test('slack: scopes with commas, no PKCE', async () => {
    const { query } = await parameters('slack');
    expect(query['scope']?.split(',')).toEqual(expect.arrayContaining(['channels:read', 'users:read']));
    expect(query['code_challenge']).toBeUndefined();
  });

  test('scopes of the caller replace the default ones', async () => {
    const wish = { scopes: ['schema.bases:read', 'webhook:manage'] };
    const url = await new BrowserUser().open(await authorizationUrl(causeway, 'airtable', someone(), wish));
    expect(new URL(url).searchParams.get('scope')).toBe('schema.bases:read webhook:manage');
  });
});

describe('GET /connect/{requestId}', () => {
  test('works once', async () => {
    const user = someone();
    const browserUser = new BrowserUser();
    const url = await authorizationUrl(causeway, 'hubspot', user);
    const consent = await browserUser.openConsent(url);
    for (const visitor of [browserUser, new BrowserUser()]) {
      const response = await visitor.visit(url);
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.text()).not.toContain('state=');
    }
    expect((await browserUser.followCallback(await browserUser.submitConsent(consent))).message?.type).toBe(
      'connected',
    );
  });

  test('works for one of several concurrent requests', async () => {
    const url = await authorizationUrl(causeway, 'hubspot', someone());
    const answers = await Promise.all(Array.from({ length: 8 }, () => new BrowserUser().visit(url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, ...Array<number>(7).fill(400)]);
  });

  test('binds the request to the browser with an HttpOnly cookie that expires with it', async () => {
    const { data } = await causeway.POST('/integrations/{integration}/authorize', {
      params: { path: { integration: 'notion' } },
      body: someone(),
    });
    const lives = Date.parse(data?.expiresAt ?? '') - Date.now();
    expect(lives).toBeGreaterThan(590_000);
    expect(lives).toBeLessThanOrEqual(601_000);
    const response = await new BrowserUser().visit(data?.authorizationUrl ?? '');
    expect(response.headers.get('cache-control')).toContain('no-store');
    const [cookie = '', ...others] = response.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/; ?HttpOnly(;|$)/i);
    expect(cookie).toMatch(/; ?SameSite=Lax(;|$)/i);
    expect(cookie).not.toMatch(/; ?Domain=/i);
    const maxAge = Number(/Max-Age=(\d+)/i.exec(cookie)?.[1]);
    expect(maxAge).toBeGreaterThan(590);
    expect(maxAge).toBeLessThanOrEqual(600);
    expect(/^[^=]+=([^;]*)/.exec(cookie)?.[1]?.length).toBeGreaterThanOrEqual(32);
  });

  test('an unknown id is a 400 with a readable page', async () => {
    const url = new URL(await authorizationUrl(causeway, 'notion', someone()));
    url.pathname = url.pathname.replace(/.{8}$/, 'AAAAAAAA');
    const response = await new BrowserUser().visit(url.href);
    expect(response.status).toBe(400);
  });

  test('needs no key, and works the same with one', async () => {
    const url = await authorizationUrl(causeway, 'notion', someone());
    const response = await fetch(url, { redirect: 'manual', headers: { authorization: 'Bearer nonsense' } });
    expect(response.status).toBe(302);
  });
});

describe('the callback', () => {
  test('rejects another browser, and stores nothing', async () => {
    const user = someone();
    const browserUser = new BrowserUser();
    const callback = await browserUser.submitConsent(
      await browserUser.openConsent(await authorizationUrl(causeway, 'hubspot', user)),
    );
    const stranger = new BrowserUser();
    expectFailed(await stranger.followCallback(callback), 'attempt-expired', 400);
    // Nor does it help to have an attempt of one's own.
    await stranger.openConsent(await authorizationUrl(causeway, 'hubspot', someone()));
    expectFailed(await stranger.followCallback(callback), 'attempt-expired', 400);
    expect(await connectionsOf(user)).toEqual([]);
    expect(await exchanges('hubspot')).toBe(0);
  });

  test('rejects a callback whose state belongs to another integration', async () => {
    const user = someone();
    const browserUser = new BrowserUser();
    const callback = await browserUser.submitConsent(
      await browserUser.openConsent(await authorizationUrl(causeway, 'hubspot', user)),
    );
    expectFailed(await browserUser.followCallback(callback.replace('/hubspot/', '/slack/')), 'attempt-expired', 400);
    expect(await connectionsOf(user)).toEqual([]);
    expect((await exchanges('hubspot')) + (await exchanges('slack'))).toBe(0);
  });

  test.each([
    ['an unknown state', { code: 'abc', state: 'A'.repeat(43) }],
    ['no state', { code: 'abc' }],
    ['an empty state', { code: 'abc', state: '' }],
    ['nothing at all', {}],
    ['a state of 5,000 characters', { code: 'abc', state: 'a'.repeat(5000) }],
    ['strange characters', { code: '\u0000\uFFFF💥', state: '../../é\u0000' }],
    ['an error without a valid state', { error: 'access_denied', state: 'B'.repeat(43) }],
  ])(
    'rejects a callback without an authorization request of this browser: %s',
    async (_, query: Record<string, string>) => {
      for (const integration of INTEGRATIONS) {
        expectFailed(await new BrowserUser().followCallback(callbackOf(integration, query)), 'attempt-expired', 400);
      }
    },
  );

  test('a repeated parameter is not a server error', async () => {
    const url = `${service.url}/integrations/notion/oauth2callback?state=a&state=b&code=c&code=d&error=e&error=f`;
    expect((await new BrowserUser().followCallback(url)).status).toBe(400);
  });

  test.each(INTEGRATIONS)('%s: Deny is authorization-denied', async (integration) => {
    const user = someone();
    const outcome = await authorize(causeway, integration, user, { decision: 'deny' });
    expectFailed(outcome, 'authorization-denied', 403);
    expect(outcome.message).toMatchObject({ source: 'causeway', integration });
    expect(await connectionsOf(user)).toEqual([]);
    expect(await exchanges(integration)).toBe(0);
  });

  test('a denied authorization request cannot be used again', async () => {
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'airtable', someone()));
    await browserUser.followCallback(await browserUser.submitConsent(consent, { decision: 'deny' }));
    const again = await browserUser.followCallback(await browserUser.submitConsent(consent));
    expectFailed(again, 'authorization-denied', 403);
    expect(await exchanges('airtable')).toBe(0);
  });

  test('another error of the provider is authorization-failed', async () => {
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'airtable', someone()));
    const state = new URL(consent.url).searchParams.get('state') ?? '';
    const outcome = await browserUser.followCallback(
      callbackOf('airtable', { error: 'server_error', error_description: '<img src=x onerror=alert(1)>', state }),
    );
    expectFailed(outcome, 'authorization-failed', 502);
    expect(outcome.html).not.toContain('<img');
  });

  test.each(INTEGRATIONS)('%s: a code that the provider rejects is authorization-failed', async (integration) => {
    const user = someone();
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, integration, user));
    const state = new URL(consent.url).searchParams.get('state') ?? '';
    expectFailed(
      await browserUser.followCallback(callbackOf(integration, { code: 'made-up', state })),
      'authorization-failed',
      502,
    );
    expect(await connectionsOf(user)).toEqual([]);
  });

  test('a state without a code is authorization-failed', async () => {
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'notion', someone()));
    const state = new URL(consent.url).searchParams.get('state') ?? '';
    expectFailed(await browserUser.followCallback(callbackOf('notion', { state })), 'authorization-failed', 502);
  });

  test('for an unknown integration is a 404', async () => {
    const response = await fetch(`${service.url}/integrations/dropbox/oauth2callback?code=a&state=b`);
    expect(response.status).toBe(404);
  });
});

test('works in several tabs at the same time', async () => {
  const user = someone();
  const browserUser = new BrowserUser();
  const tabs = [...INTEGRATIONS, ...INTEGRATIONS];
  const consents = await Promise.all(
    tabs.map(async (integration) => browserUser.openConsent(await authorizationUrl(causeway, integration, user))),
  );
  const outcomes = [];
  for (const consent of consents.reverse())
    outcomes.push(await browserUser.followCallback(await browserUser.submitConsent(consent)));
  expect(outcomes.map(({ message }) => message?.type)).toEqual(tabs.map(() => 'connected'));
  // The same account twice is one connection.
  expect(await connectionsOf(user)).toHaveLength(4);
});

test('a plain link starts the flow as well', async () => {
  const user = someone();
  const link = `${service.url}/integrations/notion/authorize?${new URLSearchParams({ ...user, finish: 'none' }).toString()}`;
  const first = await fetch(link, { redirect: 'manual', headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  expect(first.status).toBe(302);
  const browserUser = new BrowserUser();
  browserUser.cookies.store(link, first.headers.getSetCookie());
  let next = new URL(first.headers.get('location') ?? '', link).href;
  if (next.startsWith(service.url)) next = await browserUser.open(next);
  const page = await browserUser.visit(next, { from: link });
  const fields = [...(await page.text()).matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value],
  );
  const consent = {
    url: next,
    html: '',
    fields: fields.filter(([name]) => !['account', 'decision'].includes(name)),
    accounts: [],
  };
  const callback = await browserUser.submitConsent(consent, { account: '5a1d0c7e-0000-8000-a000-000000000002' });
  expect((await browserUser.followCallback(callback, { from: next })).message?.type).toBe('connected');
});

describe('connecting again', () => {
  test('with the same account updates the connection and keeps its id', async () => {
    const user = someone();
    const first = await connect(causeway, 'airtable', user);
    const second = await connect(causeway, 'airtable', user);
    expect(second).toMatchObject({ id: first.id, createdAt: first.createdAt, status: 'active' });
    expect(Date.parse(second.updatedAt)).toBeGreaterThan(Date.parse(first.updatedAt));
    expect(await connectionsOf(user)).toHaveLength(1);
  });

  test('with a second account creates a second connection, and the latest one is used', async () => {
    const user = someone();
    const [big, small] = ['147893286', '62515001'];
    const first = await connect(causeway, 'hubspot', user, { account: big });
    const second = await connect(causeway, 'hubspot', user, { account: small });
    expect(second.id).not.toBe(first.id);
    // Newest first.
    expect((await connectionsOf(user)).map(({ id }) => id)).toEqual([second.id, first.id]);

    const answering = async () => {
      const path = { integration: 'hubspot' };
      const state = await causeway.POST('/integrations/{integration}/credentials', { params: { path }, body: user });
      const load = await causeway.POST('/integrations/{integration}/load', {
        params: { path },
        body: { ...user, types: ['contact'], limit: 1000 },
      });
      return [state.data?.account.id, load.data?.items.length];
    };
    expect(await answering()).toEqual([small, 12]);

    const chosen = await causeway.POST('/integrations/{integration}/load', {
      params: { path: { integration: 'hubspot' } },
      body: { ...user, types: ['contact'], limit: 1000, connectionId: first.id },
    });
    expect(chosen.data?.items).toHaveLength(250);

    await connect(causeway, 'hubspot', user, { account: big });
    expect(await answering()).toEqual([big, 250]);
  });

  test('with another user of the organization creates a connection of their own', async () => {
    const ann = someone();
    const bob = { ...ann, userId: 'bob' };
    const [hers, his] = [await connect(causeway, 'notion', ann), await connect(causeway, 'notion', bob)];
    expect(his.id).not.toBe(hers.id);
    expect((await connectionsOf(ann)).map(({ id }) => id)).toEqual([hers.id]);
  });
});

describe('a reconnect', () => {
  test.each(INTEGRATIONS)('%s: with its own account keeps the id', async (integration) => {
    const user = someone();
    const before = await connect(causeway, integration, user);
    const after = await connect(causeway, integration, user, { connectionId: before.id });
    expect(after).toMatchObject({
      id: before.id,
      account: before.account,
      createdAt: before.createdAt,
      status: 'active',
    });
    expect(await connectionsOf(user)).toHaveLength(1);
  });

  test.each(INTEGRATIONS)(
    '%s: with another account is wrong-account, and the connection stays as it was',
    async (integration) => {
      const user = someone();
      const before = await connect(causeway, integration, user);
      const other = (await apart.mockProviders.accounts(integration))[1]?.id ?? '';
      const outcome = await authorize(causeway, integration, user, { connectionId: before.id, account: other });
      expectFailed(outcome, 'wrong-account', 409);
      expect(await connection(causeway, before.id)).toEqual(before);
      expect(await connectionsOf(user)).toHaveLength(1);
      const check = await causeway.POST('/connections/{id}/check', { params: { path: { id: before.id } } });
      expect(check.data?.status).toBe('active');
    },
  );

  test('of a connection that is not this user’s, or not of this integration, is a 404', async () => {
    const user = someone();
    const { id } = await connect(causeway, 'notion', user);
    const asks = (integration: string, who: User, connectionId: string) =>
      causeway.POST('/integrations/{integration}/authorize', {
        params: { path: { integration } },
        body: { ...who, connectionId },
      });
    expectProblem(await asks('notion', someone(), id), 'unknown-connection', 404);
    expectProblem(await asks('notion', { ...user, userId: 'bob' }, id), 'unknown-connection', 404);
    expectProblem(await asks('slack', user, id), 'unknown-connection', 404);
    expectProblem(await asks('notion', user, 'con_00000000000000000000000000000000'), 'unknown-connection', 404);
  });
});

describe('the issuer that a provider names (RFC 9207)', () => {
  const returned = async (iss: (provider: URL) => string) => {
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'hubspot', someone()));
    const callback = new URL(await browserUser.submitConsent(consent));
    callback.searchParams.set('iss', iss(new URL(consent.url)));
    return browserUser.followCallback(callback.href);
  };

  test('rejects another issuer without a token request', async () => {
    expectFailed(await returned(() => 'https://elsewhere.example'), 'authorization-failed', 502);
    expect(await exchanges('hubspot')).toBe(0);
  });

  test('accepts its own issuer', async () => {
    expect((await returned(({ origin }) => origin)).message?.type).toBe('connected');
  });
});
