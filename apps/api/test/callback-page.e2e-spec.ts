import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  BrowserUser,
  runCallbackPage,
  startService,
  startMockProviders,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { authorize, authorizationUrl, connection } from './support/connect.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';

const ORIGINS = ['https://app.example.com', 'http://localhost:3000', 'https://other.example.org:8443'];

let apart: MockProvidersProcess;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, { WEB_ORIGINS: ORIGINS.join(',') });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

describe('the callback page', () => {
  test('posts its message to each configured origin only, then closes', async () => {
    const outcome = await authorize(causeway, 'hubspot', someone());
    expect(outcome.status).toBe(200);
    const message = { source: 'causeway', type: 'connected', integration: 'hubspot', connectionId: expect.any(String) };
    for (const post of outcome.posts) expect(post.message).toEqual(message);
    const targets = outcome.posts.map(({ targetOrigin }) => targetOrigin);
    expect(targets).toEqual(expect.arrayContaining(ORIGINS));
    // The web app that the service itself serves is at PUBLIC_URL.
    expect(targets.filter((origin) => !ORIGINS.includes(origin) && origin !== service.url)).toEqual([]);
    expect(outcome.broadcasts).toEqual([{ channel: 'causeway', message: outcome.message }]);
    expect(outcome.closed).toBe(true);
    expect((await connection(causeway, outcome.message?.connectionId ?? '')).integration).toBe('hubspot');
  });

  test('posts a failure in the same way', async () => {
    const outcome = await authorize(causeway, 'slack', someone(), { decision: 'deny' });
    expect(outcome.message).toMatchObject({ source: 'causeway', type: 'failed', integration: 'slack' });
    expect(outcome.message).not.toHaveProperty('connectionId');
    expect(outcome.broadcasts.map(({ channel }) => channel)).toEqual(['causeway']);
    expect(outcome.posts.map(({ targetOrigin }) => targetOrigin)).toEqual(expect.arrayContaining(ORIGINS));
  });

  test('broadcasts its message without an opener, and asks the user to close it', async () => {
    const { html, message } = await authorize(causeway, 'notion', someone());
    const ran = runCallbackPage(html, { opener: false });
    expect(ran.posts).toEqual([]);
    expect(ran.broadcasts).toEqual([{ channel: 'causeway', message }]);
    const shown = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
    expect(shown).toMatch(/close this (window|tab|page)/i);
  });

  test('allows only its own script, is not cached, and cannot be framed', async () => {
    const { headers, html } = await authorize(causeway, 'notion', someone());
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(policy)?.[1];
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-type')).toMatch(/^text\/html/);
  });

  test('contains no token, code or state', async () => {
    const browserUser = new BrowserUser();
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'airtable', someone()));
    const callback = new URL(await browserUser.submitConsent(consent));
    const { html } = await browserUser.followCallback(callback.href);
    for (const name of ['code', 'state']) expect(html).not.toContain(callback.searchParams.get(name));
    expect(html).not.toMatch(/oa[ar]\w{14}\.v1/);
  });
});

describe('returnTo', () => {
  test.each(ORIGINS)('at %s gets the connection id', async (origin) => {
    const outcome = await authorize(causeway, 'notion', someone(), { returnTo: `${origin}/settings?tab=2#top` });
    expect(outcome.status).toBe(303);
    const url = new URL(outcome.location ?? '');
    const { searchParams } = url;
    expect([url.origin, url.pathname, url.hash]).toEqual([origin, '/settings', '#top']);
    expect(Object.fromEntries(searchParams)).toEqual({ tab: '2', connectionId: expect.stringMatching(/./) });
    expect((await connection(causeway, searchParams.get('connectionId') ?? '')).status).toBe('active');
  });

  test('gets the problem of a denied authorization', async () => {
    const returnTo = `${ORIGINS[0]}/settings`;
    const outcome = await authorize(causeway, 'notion', someone(), { returnTo, decision: 'deny' });
    expect(outcome.status).toBe(303);
    expect(outcome.location).toBe(`${returnTo}?problem=authorization-denied`);
  });

  test('gets the problem of a rejected code', async () => {
    const browserUser = new BrowserUser();
    const wish = { returnTo: `${ORIGINS[0]}/` };
    const consent = await browserUser.openConsent(await authorizationUrl(causeway, 'notion', someone(), wish));
    const callback = new URL(await browserUser.submitConsent(consent));
    callback.searchParams.set('code', 'made-up');
    const outcome = await browserUser.followCallback(callback.href);
    expect([outcome.status, outcome.location]).toEqual([303, `${ORIGINS[0]}/?problem=authorization-failed`]);
  });

  test.each([
    'https://evil.example/',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://evil.example/https://app.example.com/',
    'http://app.example.com/',
    'https://app.example.com:444/',
    'https://other.example.org/',
    '//app.example.com/',
    '/settings',
    'javascript:alert(1)//https://app.example.com',
    'data:text/html,hello',
    'https:\\\\evil.example',
    '',
    'not a url',
  ])('rejects an origin that is not configured: %s', async (returnTo) => {
    const path = { integration: 'notion' };
    const body = { ...someone(), returnTo };
    const result = await causeway.POST('/integrations/{integration}/authorize', { params: { path }, body });
    expectProblem(result, 'invalid-request', 400);
    expect(result.error?.errors?.map(({ pointer }) => pointer)).toEqual(['/returnTo']);
    const query = new URLSearchParams(body).toString();
    const link = await fetch(`${service.url}/integrations/notion/authorize?${query}`, {
      redirect: 'manual',
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect(link.status).toBe(400);
  });
});

describe('with an https PUBLIC_URL', () => {
  const PUBLIC_URL = 'https://connect.example.com';
  let behind: Service;
  let client: CausewayClient;
  beforeAll(async () => {
    const apps = new Apps(apart.mockProviders);
    await apps.become('hubspot', { redirectUris: [`${PUBLIC_URL}/integrations/hubspot/oauth2callback`] });
    behind = await startService({ env: { ...apps.environment(), PUBLIC_URL } });
    client = createCauseway({ baseUrl: behind.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => behind?.stop());

  test('authorization URL, cookie and redirect URI follow it', async () => {
    const url = new URL(await authorizationUrl(client, 'hubspot', someone()));
    expect(url.href).toMatch(/^https:\/\/connect\.example\.com\//);
    // As the proxy in front would forward it.
    const direct = `${behind.url}${url.pathname}`;
    const response = await fetch(direct, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie()[0]).toMatch(/; ?Secure(;|$)/i);
    expect(response.headers.getSetCookie()[0]).toMatch(/; ?Path=\//i);
    const redirectUri = new URL(response.headers.get('location') ?? '').searchParams.get('redirect_uri');
    expect(redirectUri).toBe('https://connect.example.com/integrations/hubspot/oauth2callback');
  });

  /** Authorizes as a browser behind the proxy; `cookie` without its attributes. */
  const comesBack = async () => {
    const url = new URL(await authorizationUrl(client, 'hubspot', someone()));
    const opened = await fetch(`${behind.url}${url.pathname}`, { redirect: 'manual' });
    const [cookie = '', ...attributes] = (opened.headers.getSetCookie()[0] ?? '').split(/; ?/);
    const browserUser = new BrowserUser();
    const callback = await browserUser.submitConsent(
      await browserUser.readConsent(opened.headers.get('location') ?? ''),
    );
    expect(callback).toMatch(/^https:\/\/connect\.example\.com\//);
    return { cookie, attributes, callback: callback.replace(PUBLIC_URL, behind.url) };
  };
  const slugFor = async (callback: string, cookie: string) => {
    const answer = await fetch(callback, { headers: { cookie, accept: 'application/json' } });
    return answer.status === 200 ? 'connected' : ((await answer.json()) as { slug: string }).slug;
  };

  test('the cookie name has the prefix that other hosts and plain http cannot set', async () => {
    const { cookie, attributes, callback } = await comesBack();
    expect(cookie).toMatch(/^__Host-causeway-attempt-[\w-]{16}=[\w-]{43}$/);
    // Browsers accept this prefix only for a secure cookie of the whole host without a domain.
    expect(attributes).toEqual(expect.arrayContaining(['Secure', 'Path=/', 'HttpOnly', 'SameSite=Lax']));
    expect(attributes.filter((attribute) => /^domain=/i.test(attribute))).toEqual([]);
    expect(await slugFor(callback, cookie)).toBe('connected');
  });

  test('the oldest of twenty state cookies is cleared when the next authorization is opened', async () => {
    const url = new URL(await authorizationUrl(client, 'hubspot', someone()));
    const names = Array.from({ length: 20 }, (_, at) => `__Host-causeway-attempt-${String(at).padStart(16, '0')}`);
    const cookie = ['other=1', ...names.map((name) => `${name}=secret`)].join('; ');
    const opened = await fetch(`${behind.url}${url.pathname}`, { headers: { cookie }, redirect: 'manual' });
    const [cleared = '', set = '', ...others] = opened.headers.getSetCookie();
    expect(cleared).toMatch(new RegExp(`^${names[0]}=; Max-Age=0;.*; Secure`));
    expect(set).toMatch(/^__Host-causeway-attempt-[\w-]{16}=[\w-]{43};/);
    expect(others).toEqual([]);
  });

  test('rejects the cookie without that prefix, and the request stays valid for the browser that has it', async () => {
    const { cookie, callback } = await comesBack();
    const planted = cookie.replace('__Host-', '');
    for (const name of [planted, `__Secure-${planted}`, `__host-${planted}`, `x__Host-${planted}`])
      expect(await slugFor(callback, name)).toBe('attempt-expired');
    expect(await slugFor(callback, `${planted}; ${cookie}`)).toBe('connected');
  });
});
