import { createCauseway, type CausewayClient } from '@causeway/client';
import { BrowserUser, startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { authorizationUrl, type Wish } from './support/connect.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';

const RETURN_TO = 'http://localhost:3000/done';

let apart: MockProvidersProcess;
let service: Service;
let operator: CausewayClient;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders);
  operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));
beforeEach(() => apart.mockProviders.clearLog());

const linkFor = (user: User, wish: Wish = {}) =>
  authorizationUrl(operator, 'hubspot', user, { finish: 'person', ...wish });
const connectionsOf = async (user: User) =>
  (await operator.GET('/connections', { params: { query: user } })).data?.connections ?? [];
const textOf = (html: string) =>
  html
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
/** Whether the browser is sent to the provider. */
const leadsOn = (response: Response) => (response.headers.get('location') ?? '').includes('/hubspot/oauth/authorize');

describe('the page that asks the person', () => {
  test('is shown by default for an API key without returnTo, and leads to the provider and back', async () => {
    const user = someone();
    const browserUser = new BrowserUser();
    const url = await linkFor(user, { finish: null });
    const { html, token } = await browserUser.openConfirmation(url);
    expect(textOf(html)).toMatch(/Connect HubSpot\?/);
    for (const id of [user.userId, user.orgId]) expect(textOf(html)).toContain(id);
    const response = await browserUser.decide(url, token, 'continue');
    expect([response.status, leadsOn(response)]).toEqual([303, true]);
    const consent = await browserUser.readConsent(response.headers.get('location') ?? '');
    const { message } = await browserUser.followCallback(await browserUser.submitConsent(consent));
    expect(message?.type).toBe('connected');
    expect((await connectionsOf(user)).map(({ id }) => id)).toEqual([message?.connectionId]);
  });

  test('says the names that an API key gives, without their markup', async () => {
    const names = { orgName: 'Möller & Söhne <GmbH>', userName: '"><img src=x onerror=alert(1)>' };
    const { html } = await new BrowserUser().openConfirmation(await linkFor(someone(), names));
    expect(html).not.toMatch(/<img|<GmbH>/);
    expect(html).toContain('Möller &#38; Söhne &#60;GmbH&#62;');
  });

  test('cannot be framed, is not cached, needs no script, and gives its address to nobody', async () => {
    const response = await new BrowserUser().visit(await linkFor(someone()));
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'nonce-[^']+'; base-uri 'none'; frame-ancestors 'none'$/);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('referrer-policy')).toBe('same-origin');
    expect(await response.text()).not.toContain('<script');
  });

  test('asks the provider nothing before Continue, and opens as often as its person wants', async () => {
    const browserUser = new BrowserUser();
    const url = await linkFor(someone());
    const { token } = await browserUser.openConfirmation(url);
    expect((await browserUser.openConfirmation(url)).token).toBe(token);
    expect((await new BrowserUser().openConfirmation(url)).token).not.toBe(token);
    expect(leadsOn(await browserUser.decide(url, token, 'continue'))).toBe(true);
  });

  test.each([
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch' }],
  ])('%s with %j gets nothing', async (method, headers) => {
    const response = await fetch(await linkFor(someone()), { method, headers });
    expect([response.status, response.headers.getSetCookie(), await response.text()]).toEqual([204, [], '']);
  });

  test('accepts its token once, unchanged, from the browser that it was shown in, and by POST only', async () => {
    const browserUser = new BrowserUser();
    const url = await linkFor(someone());
    const { token } = await browserUser.openConfirmation(url);
    const stranger = new BrowserUser();
    const { token: strangersToken } = await stranger.openConfirmation(url);
    const refused = [
      await browserUser.decide(url, `${token.slice(0, -2)}AA`, 'continue'),
      await browserUser.decide(url, '', 'continue'),
      await browserUser.decide(url, strangersToken, 'continue'),
      await new BrowserUser().decide(url, token, 'continue'),
      await browserUser.visit(`${url}?token=${token}&decision=continue`),
      await browserUser.visit(url, { from: url, form: new URLSearchParams({ decision: 'continue' }) }),
      await browserUser.visit(url, { from: url, form: new URLSearchParams({ token, decision: 'yes' }) }),
    ];
    expect(refused.map(leadsOn)).toEqual(refused.map(() => false));
    expect(leadsOn(await browserUser.decide(url, token, 'continue'))).toBe(true);
    for (const again of [browserUser, stranger]) {
      const answer = await again.decide(url, again === stranger ? strangersToken : token, 'continue');
      expect([answer.status, leadsOn(answer)]).toEqual([400, false]);
      expect((await again.visit(url)).status).toBe(400);
    }
  });

  test.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a page of another origin, of which an old browser says no more', { origin: 'http://evil.localhost' }],
    ['nobody knows where', {}],
  ])('does not take its form from %s', async (_name, headers) => {
    const browserUser = new BrowserUser();
    const url = await linkFor(someone());
    const { token } = await browserUser.openConfirmation(url);
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: browserUser.cookies.header(url, { method: 'GET' }), ...(headers as Record<string, string>) },
      body: new URLSearchParams({ token, decision: 'continue' }),
    });
    expect([response.status, leadsOn(response)]).toEqual([403, false]);
  });

  test.each([[RETURN_TO], [undefined]])('Cancel ends the attempt, returnTo: %s', async (returnTo) => {
    const user = someone();
    const browserUser = new BrowserUser();
    const url = await linkFor(user, returnTo === undefined ? {} : { returnTo });
    const { token } = await browserUser.openConfirmation(url);
    const response = await browserUser.decide(url, token, 'cancel');
    if (returnTo === undefined)
      expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('authorization-denied')]);
    else expect(response.headers.get('location')).toBe(`${RETURN_TO}?problem=authorization-denied`);
    const late = await browserUser.decide(url, token, 'continue');
    expect([late.status, leadsOn(late)]).toEqual([400, false]);
    expect((await apart.mockProviders.log('hubspot')).exchangeCalls).toBe(0);
    expect(await connectionsOf(user)).toEqual([]);
  });
});

describe('who may ask for what', () => {
  const as = async (who: 'session' | 'cookie of a session' | 'cookie of the operator', user: User) => {
    const { data } = await operator.POST('/sessions', { body: user });
    const token = data?.token ?? '';
    if (who === 'session') return { authorization: `Bearer ${token}` };
    const signedIn = await fetch(`${service.url}/web-session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify(who === 'cookie of a session' ? { token } : { key: ADMIN_KEY }),
    });
    return { cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '', 'sec-fetch-site': 'same-origin' };
  };
  const ask = async (headers: Record<string, string>, body: object) =>
    raw(`${service.url}/integrations/hubspot/authorize`, {
      method: 'POST',
      key: null,
      type: 'application/json',
      headers,
      body: JSON.stringify(body),
    });

  test.each(['session', 'cookie of a session', 'cookie of the operator'] as const)(
    'a %s asks for caller or person, and not for none',
    async (who) => {
      const user = someone();
      const headers = await as(who, user);
      for (const finish of [undefined, 'caller', 'person'])
        expect((await ask(headers, { ...user, finish })).response.status).toBe(201);
      expectProblem(await ask(headers, { ...user, finish: 'none' }), 'forbidden', 403);
    },
  );

  test.each(['session', 'cookie of a session'] as const)(
    'a %s does not say which names the page shows',
    async (who) => {
      const user = someone();
      const headers = await as(who, user);
      for (const name of ['orgName', 'userName'])
        expectProblem(await ask(headers, { ...user, finish: 'person', [name]: 'Somebody Else' }), 'forbidden', 403);
    },
  );

  test.each([
    ['finish', 'nobody'],
    ['finish', null],
    ['finish', ['none']],
    ['userName', ''],
    ['userName', 'a\u202Eb'],
    ['orgName', 'a'.repeat(201)],
    ['popupReturnTo', 'https://evil.example/'],
    ['scopes', Array.from({ length: 20 }, (_, at) => `${at}`.padEnd(120, 'x'))],
  ])('%s cannot be %j', async (field, value) => {
    const answer = await ask({ authorization: `Bearer ${ADMIN_KEY}` }, { ...someone(), [field]: value });
    expectProblem(answer, 'invalid-request', 400);
    expect((answer.error as { errors?: { pointer: string }[] }).errors?.[0]?.pointer).toMatch(new RegExp(`^/${field}`));
  });

  describe('by a plain link with the cookie', () => {
    const follow = async (headers: Record<string, string>, more: Record<string, string> = {}) => {
      const { cookie = '' } = await as('cookie of the operator', someone());
      const query = new URLSearchParams({ ...someone(), ...more }).toString();
      return fetch(`${service.url}/integrations/hubspot/authorize?${query}`, {
        redirect: 'manual',
        headers: { cookie, ...headers },
      });
    };

    test('a page of the service leads to the page that asks the person', async () => {
      const response = await follow({ 'sec-fetch-site': 'same-origin' });
      expect(response.status).toBe(302);
      const { html } = await new BrowserUser().openConfirmation(response.headers.get('location') ?? '');
      expect(textOf(html)).toContain('Connect HubSpot?');
    });

    test.each([
      ['a typed or mailed address', { 'sec-fetch-site': 'none' }],
      ['another site', { 'sec-fetch-site': 'cross-site' }],
      ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
      ['a browser that does not say', {}],
    ])('%s leads nowhere', async (_name, headers) => {
      expect((await follow(headers as Record<string, string>)).status).toBe(403);
    });

    test('a prefetch opens no attempt', async () => {
      const response = await follow({ 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' });
      expect([response.status, response.headers.get('location')]).toEqual([204, null]);
    });
  });
});
