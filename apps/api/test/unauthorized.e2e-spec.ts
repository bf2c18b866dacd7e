import { gzipSync } from 'node:zlib';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect, connection } from './support/connect.js';
import { exchange, type Exchange } from './support/exchange.js';
import { AFRESH } from './support/load.js';
import { say, startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { someone, type User } from './support/users.js';

/** A provider of which "401 requests are not a valid indicator that a new access token must be retrieved". */
const refusal = (category: string, more = '') =>
  JSON.stringify({ status: 'error', message: `The access token was refused.${more}`, category });
const EXPIRED = refusal('EXPIRED_AUTHENTICATION');
const CONTACTS = JSON.stringify({ results: [{ id: '1', properties: {} }] });

let apart: MockProvidersProcess;
let provider: PlainProvider;
let service: Service;
let causeway: CausewayClient;
let id: string;
let user: User;
/** A fresh token for each test. */
const connected: { id: string; user: User }[] = [];
beforeAll(async () => {
  [apart, provider] = await Promise.all([startMockProviders(), startPlainProvider()]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  for (let made = 0; made < 10; made += 1) {
    user = someone();
    connected.push({ user, id: (await connect(causeway, 'hubspot', user)).id });
  }
  await service.restart({ HUBSPOT_API_URL: provider.url });
});
beforeEach(async () => {
  const next = connected.pop();
  if (next === undefined) throw new Error('More tests than connections.');
  ({ id, user } = next);
  await apart.mockProviders.clearLog();
  provider.seen = [];
});
afterAll(async () => {
  provider?.stop();
  await Promise.all([service?.stop(), apart?.stop()]);
});

const proxied = (wish?: Exchange) => exchange(service.url, `/connections/${id}/proxy/crm/v3/owners`, wish);
const load = () =>
  causeway.POST('/integrations/{integration}/load', {
    params: { path: { integration: 'hubspot' } },
    headers: AFRESH,
    body: { ...user, types: ['contact'] },
  });
const tokensUsed = () => [...new Set(provider.seen.map(({ headers }) => headers.authorization))];
const refreshes = async () => (await apart.mockProviders.log('hubspot')).refreshTokens.length;

/** Refuses the first token, takes any other. */
function refuseFirst(headers: Record<string, string>, refused: string | Buffer, accepted: string): void {
  let first: string | undefined;
  provider.answer = (request, response) => {
    first ??= request.headers.authorization;
    request.resume();
    if (request.headers.authorization === first) response.writeHead(401, headers).end(refused);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(accepted);
  };
}

test.each([
  ['plain', {}, EXPIRED],
  ['compressed', { 'content-encoding': 'gzip' }, gzipSync(EXPIRED)],
])(
  'a %s 401 that says that the token has expired refreshes it, and the request is sent again',
  async (_name, headers, body) => {
    refuseFirst(headers, body, '{"fine":true}');
    const answer = await proxied({ method: 'POST', body: '{}' });
    expect([answer.status, answer.json()]).toEqual([200, { fine: true }]);
    expect(tokensUsed()).toHaveLength(2);
    expect(await refreshes()).toBe(1);
  },
);

test('a load refreshes a token that has expired', async () => {
  refuseFirst({}, EXPIRED, CONTACTS);
  expect((await load()).data?.items).toHaveLength(1);
  expect(await refreshes()).toBe(1);
});

test.each([
  ['of another category', refusal('INVALID_AUTHENTICATION')],
  ['without a category', '{"status":"error"}'],
  ['that is no JSON', 'EXPIRED_AUTHENTICATION'],
  ['that is empty', ''],
  ['that is long', refusal('EXPIRED_AUTHENTICATION', 'x'.repeat(300_000))],
])('a proxied 401 %s goes to the caller as it is', async (_name, body) => {
  provider.answer = say(401, { 'content-type': 'application/json', etag: 'yes' }, body);
  const answer = await proxied();
  expect([answer.status, answer.headers.etag, answer.body.toString()]).toEqual([401, 'yes', body]);
  expect(provider.seen).toHaveLength(1);
  expect(await refreshes()).toBe(0);
});

test('a proxied 401 that breaks off breaks off at the caller', async () => {
  provider.answer = (request, response) => {
    response.writeHead(401, { 'content-length': '1000' }).write(EXPIRED);
    setTimeout(() => request.socket.destroy(), 50);
  };
  await expect(proxied()).rejects.toThrow();
  expect(await refreshes()).toBe(0);
});

test('a 401 to every token refreshes once, and marks nothing', async () => {
  provider.answer = say(401, {}, EXPIRED);
  for (let call = 0; call < 3; call += 1) expect((await proxied()).body.toString()).toBe(EXPIRED);
  expect(await refreshes()).toBe(1);
  expect((await connection(causeway, id)).status).toBe('active');
});
