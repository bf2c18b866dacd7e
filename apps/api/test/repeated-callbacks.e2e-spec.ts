import { createCauseway, type CausewayClient } from '@causeway/client';
import { BrowserUser, startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { authorizationUrl } from './support/connect.js';
import { expectFailed } from './support/problems.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { someone } from './support/users.js';

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

const exchanges = async () => (await apart.mockProviders.log('hubspot')).exchangeCalls;
const RETURN_TO = 'http://localhost:3000/done?tab=2&problem=old&finishCode=old&connectionId=old';

/** A user of a browser who is about to come back from the provider. */
async function comingBack({ returnTo, decision = 'allow' }: { returnTo?: string; decision?: 'allow' | 'deny' } = {}) {
  const browserUser = new BrowserUser();
  const url = await authorizationUrl(causeway, 'hubspot', someone(), returnTo === undefined ? {} : { returnTo });
  return { browserUser, callback: await browserUser.submitConsent(await browserUser.openConsent(url), { decision }) };
}

const withCode = (callback: string, code: string) => {
  const url = new URL(callback);
  url.searchParams.set('code', code);
  return url.href;
};

describe('a callback that comes again', () => {
  test.each([
    ['a connection', {}],
    ['a connection, with returnTo', { returnTo: RETURN_TO }],
    ['Deny', { decision: 'deny' }],
    ['Deny, with returnTo', { returnTo: RETURN_TO, decision: 'deny' }],
  ] as const)('after %s gets the same, and asks the provider nothing', async (_name, wish) => {
    const { browserUser, callback } = await comingBack(wish);
    const first = await browserUser.followCallback(callback);
    const asked = await exchanges();
    for (const again of [callback, withCode(callback, 'another-code')]) {
      const { status, location, message } = await browserUser.followCallback(again);
      expect({ status, location, message }).toEqual({
        status: first.status,
        location: first.location,
        message: first.message,
      });
    }
    expect(await exchanges()).toBe(asked);
  });

  test('after a rejected code gets the same problem', async () => {
    const { browserUser, callback } = await comingBack();
    expectFailed(await browserUser.followCallback(withCode(callback, 'made-up')), 'authorization-failed', 502);
    expectFailed(await browserUser.followCallback(callback), 'authorization-failed', 502);
    expect(await exchanges()).toBe(1);
  });

  test('at the same time waits for the first one', async () => {
    const { browserUser, callback } = await comingBack();
    await apart.mockProviders.fault({ provider: 'hubspot', on: 'token', kind: 'latency', ms: 500, times: 1 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => browserUser.followCallback(callback)));
    await apart.mockProviders.clearFaults();
    expect(new Set(outcomes.map(({ message }) => message?.connectionId)).size).toBe(1);
    expect(outcomes.map(({ status }) => status)).toEqual(Array<number>(6).fill(200));
    expect(await exchanges()).toBe(1);
  });

  test('in another browser, or for another integration, is attempt-expired', async () => {
    const { browserUser, callback } = await comingBack();
    await browserUser.followCallback(callback);
    expectFailed(await new BrowserUser().followCallback(callback), 'attempt-expired', 400);
    const elsewhere = callback.replace('/hubspot/', '/slack/');
    expectFailed(await browserUser.followCallback(elsewhere), 'attempt-expired', 400);
  });
});

test.each([
  ['connectionId', 'allow'],
  ['problem', 'deny'],
] as const)('returnTo holds %s and no outcome of before', async (name, decision) => {
  const { browserUser, callback } = await comingBack({ returnTo: RETURN_TO, decision });
  const { searchParams } = new URL((await browserUser.followCallback(callback)).location ?? '');
  expect([...searchParams.keys()]).toEqual(['tab', name]);
  expect(searchParams.get(name)).not.toBe('old');
});

describe.each([
  ['HEAD', {}],
  ['GET', { 'sec-purpose': 'prefetch' }],
  ['GET', { 'sec-purpose': 'prefetch;prerender' }],
  ['GET', { purpose: 'prefetch' }],
  ['GET', { 'x-moz': 'prefetch' }],
] as const)('%s with %j', (method, headers) => {
  test('spends neither the authorization URL nor the callback', async () => {
    const browserUser = new BrowserUser();
    const early = async (url: string) => {
      const cookie = browserUser.cookies.header(url, { method: 'GET' });
      const sent = { ...headers, ...(cookie === '' ? {} : { cookie }) };
      const response = await fetch(url, { method, headers: sent, redirect: 'manual' });
      expect([response.status, response.headers.getSetCookie(), await response.text()]).toEqual([204, [], '']);
    };
    const url = await authorizationUrl(causeway, 'hubspot', someone());
    await early(url);
    const callback = await browserUser.submitConsent(await browserUser.openConsent(url));
    await early(callback);
    expect(await exchanges()).toBe(0);
    expect((await browserUser.followCallback(callback)).message?.type).toBe('connected');
  });
});

test('a hundred abandoned attempts leave cookies of less than 2 kB, and the newest twenty work', async () => {
  const browserUser = new BrowserUser();
  const consents = [];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const url = await authorizationUrl(causeway, 'hubspot', someone());
    consents.push(await browserUser.open(url));
    expect(browserUser.cookies.header(service.url, { method: 'GET' }).length).toBeLessThan(2_000);
  }
  for (const url of [consents.at(-1), consents.at(-20)]) {
    const callback = await browserUser.submitConsent(await browserUser.readConsent(url ?? ''));
    expect((await browserUser.followCallback(callback)).message?.type).toBe('connected');
  }
});
