import { gzipSync } from 'node:zlib';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect, connection } from './support/connect.js';
import { exchange, type Exchange } from './support/exchange.js';
import { someone } from './support/users.js';
import { echo, inTurn, say, startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';

/** Behind a prefix, as behind a gateway. */
const PREFIX = '/gateway/notion';

let apart: MockProvidersProcess;
let provider: PlainProvider;
let service: Service;
let causeway: CausewayClient;
let id: string;
let token: string;
beforeAll(async () => {
  [apart, provider] = await Promise.all([startMockProviders(), startPlainProvider()]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, {
    NOTION_API_URL: `${provider.url}${PREFIX}`,
    LOG_LEVEL: 'debug',
  });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  ({ id } = await connect(causeway, 'notion', someone()));
});
beforeEach(async () => {
  provider.answer = echo;
  provider.seen = [];
  token = await tokenNow();
});
afterAll(async () => {
  provider?.stop();
  await Promise.all([service?.stop(), apart?.stop()]);
});

const tokenNow = async () =>
  (await causeway.GET('/connections/{id}/token', { params: { path: { id } } })).data?.accessToken ?? '';
const proxied = (rest: string, wish?: Exchange) => exchange(service.url, `/connections/${id}/proxy${rest}`, wish);
const problemOf = (answer: Awaited<ReturnType<typeof proxied>>) => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
  expect(answer.body.toString()).not.toContain(token);
  return { status: answer.status, slug: answer.json()['slug'] };
};

describe('a proxied request', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s arrives as it was sent', async (method) => {
    const body = method === 'GET' ? '' : 'a=1&b=\u00e9';
    const target = '/v1/pages/a%20b%2Fc?x=1&x=%2e%2E&y[]={z}&w';
    const answer = await proxied(target, { method, headers: { 'content-length': Buffer.byteLength(body) }, body });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      method,
      target: `${PREFIX}${target}`,
      body: Buffer.from(body).toString('base64'),
    });
  });

  test('HEAD gets the headers of the response', async () => {
    provider.answer = (_request, response) => response.writeHead(200, { 'content-length': '12345', etag: '"a"' }).end();
    const answer = await proxied('/v1/x', { method: 'HEAD' });
    expect([answer.status, answer.headers['content-length'], answer.headers.etag]).toEqual([200, '12345', '"a"']);
    expect(answer.body).toHaveLength(0);
    expect(provider.seen.map(({ method }) => method)).toEqual(['HEAD']);
  });

  test.each([
    ['application/json', '{"not": JSON'],
    ['application/x-www-form-urlencoded', '%%%'],
    ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--'],
    ['application/octet-stream', '\0\u0001\u00ff'],
    ['no type at all', '<>'],
  ])('forwards a body of the type %s unparsed', async (type, body) => {
    const bytes = Buffer.from(body, 'latin1');
    const answer = await proxied('/v1/x', { method: 'POST', headers: { 'content-type': type }, body: bytes });
    expect(answer.json()).toMatchObject({ body: bytes.toString('base64') });
    expect(provider.seen[0]?.headers).toMatchObject({ 'content-type': type, 'content-length': String(bytes.length) });
  });

  test('leaves body parsing of other routes as it is', async () => {
    for (const type of ['multipart/form-data; boundary=x', 'application/octet-stream']) {
      const answer = await raw(`${service.url}/keys`, { method: 'POST', type, body: 'x' });
      expect([answer.response.status, answer.error?.slug]).toEqual([400, 'invalid-request']);
    }
    const large = await raw(`${service.url}/keys`, {
      method: 'POST',
      type: 'application/json',
      body: JSON.stringify({ name: 'x'.repeat(70_000) }),
    });
    expect([large.response.status, large.error?.slug]).toEqual([400, 'invalid-request']);
  });

  test('has the credential and the headers that the provider requires, and no headers for this service', async () => {
    await proxied('/v1/x', {
      headers: {
        accept: 'application/json',
        'accept-encoding': 'br',
        'x-mine': '1',
        'x-hop': '1',
        connection: 'close, X-Hop',
        cookie: 'a=b',
        origin: service.url,
        referer: `${service.url}/x`,
        te: 'trailers',
        'proxy-authorization': 'Basic x',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-host': 'evil.example',
        forwarded: 'for=203.0.113.9',
        'sec-fetch-mode': 'cors',
        'sec-fetch-dest': 'empty',
      },
    });
    const { host } = new URL(provider.url);
    expect(provider.seen[0]?.headers).toEqual({
      host,
      connection: 'keep-alive',
      authorization: `Bearer ${token}`,
      'user-agent': 'causeway',
      'notion-version': '2026-03-11',
      accept: 'application/json',
      'accept-encoding': 'br',
      'x-mine': '1',
    });
  });

  test('can choose the version of the API', async () => {
    await proxied('/v1/x', { headers: { 'Notion-Version': '2022-06-28', 'user-agent': 'an-sdk/1' } });
    expect(provider.seen[0]?.headers).toMatchObject({ 'notion-version': '2022-06-28', 'user-agent': 'an-sdk/1' });
  });

  test.each([
    '/../oauth/token',
    '/v1/../../admin',
    '/v1/%2e%2e/%2e%2e/admin',
    '/%252e%252e/admin',
    '/..%2f..%2fadmin',
    '/..%5cadmin',
    '/..;/admin',
    '//evil.example/v1',
    '/\\evil.example/v1',
    '/http://evil.example/v1',
    '/v1/x%00',
    '/v1/x%0d%0aHost:%20evil.example',
    '/v1/x#y',
  ])('to %s goes nowhere', async (rest) => {
    expect(problemOf(await proxied(rest))).toEqual({ status: 400, slug: 'invalid-request' });
    expect(provider.seen).toEqual([]);
  });

  test.each(['http://evil.example/connections/x/proxy/v1', 'evil.example:443'])(
    'for the target %s goes nowhere',
    async (target) => {
      expect((await exchange(service.url, target)).status).toBeGreaterThanOrEqual(400);
      expect(provider.seen).toEqual([]);
    },
  );

  test.each(['document', 'script', 'image', 'serviceworker'])(
    'of a page for a %s goes nowhere',
    async (destination) => {
      const answer = await proxied('/v1/x', { headers: { 'sec-fetch-dest': destination } });
      expect(problemOf(answer)).toEqual({ status: 403, slug: 'forbidden' });
      expect(provider.seen).toEqual([]);
    },
  );

  test('does not forward OPTIONS, which are preflights', async () => {
    await proxied('/v1/x', { method: 'OPTIONS' });
    expect(provider.seen).toEqual([]);
  });
});

describe('a proxied response', () => {
  test.each([200, 201, 204, 304, 400, 403, 404, 409, 418, 500, 502, 503])('%i is forwarded', async (status) => {
    const body = status === 204 || status === 304 ? '' : `{"code":"x${status}"}`;
    provider.answer = say(status, { 'content-type': 'application/json', 'x-request-id': 'r1' }, body);
    const answer = await proxied('/v1/x', { method: 'POST' });
    expect([answer.status, answer.body.toString(), answer.headers['x-request-id']]).toEqual([status, body, 'r1']);
  });

  test('has no header that acts on this origin', async () => {
    provider.answer = say(
      200,
      {
        'content-type': 'text/html',
        'set-cookie': ['a=b', 'c=d'],
        'strict-transport-security': 'max-age=1',
        'content-security-policy': 'script-src *',
        'access-control-allow-origin': '*',
        'clear-site-data': '"*"',
        'alt-svc': 'h3=":443"',
        'cache-control': 'public, max-age=1000',
        refresh: '0;url=https://evil.example',
        'x-content-type-options': 'sniff',
        'cross-origin-resource-policy': 'cross-origin',
        connection: 'x-hop',
        'x-hop': '1',
        'x-unknown': '1',
        'x-accel-redirect': '/etc/passwd',
        'x-ratelimit-limit': ['1', '2'],
        server: 'theirs',
      },
      '<script>alert(1)</script>',
    );
    const { headers, body } = await proxied('/v1/x');
    expect(body.toString()).toBe('<script>alert(1)</script>');
    // Which of the two is there depends on whether the body had arrived with the head.
    const { 'transfer-encoding': coding, 'content-length': length, ...others } = headers;
    expect(coding ?? length).toBe(coding === undefined ? '25' : 'chunked');
    const { date, connection: _, 'keep-alive': __, vary, ...rest } = others;
    expect([date, vary]).toEqual([expect.any(String), 'origin']);
    expect(rest).toEqual({
      'content-type': 'text/html',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-ratelimit-limit': '1, 2',
      'x-request-id': expect.any(String),
    });
  });

  test('stays compressed', async () => {
    const packed = gzipSync('{"some":"thing"}');
    provider.answer = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    const { headers, body } = await proxied('/v1/x');
    expect([headers['content-encoding'], headers['content-length']]).toEqual(['gzip', String(packed.length)]);
    expect(body).toEqual(packed);
  });

  test.each([
    [`${PREFIX}/v1/y?z=1`, '/v1/y?z=1'],
    ['y', '/v1/y'],
    ['https://evil.example/v1', null],
    ['/admin', null],
    ['//evil.example/', null],
  ])('that redirects to %s is not followed', async (location, place) => {
    provider.answer = say(302, { location });
    const { status, headers } = await proxied('/v1/x');
    expect([status, headers.location]).toEqual([302, place === null ? undefined : `/connections/${id}/proxy${place}`]);
    expect(provider.seen).toHaveLength(1);
  });
});

describe('a failure of a proxied request', () => {
  const limited = say(429, { 'retry-after': '0' });

  test.each(['GET', 'POST'])('retries %s after a 429, and forwards the last one', async (method) => {
    provider.answer = inTurn(limited, limited, echo);
    const wish = { method, ...(method === 'POST' ? { body: '{"a":1}' } : {}) };
    expect((await proxied('/v1/x', wish)).json()).toMatchObject({ method });
    provider.answer = say(429, { 'retry-after': '0' }, '{"code":"rate_limited"}');
    const last = await proxied('/v1/x', wish);
    expect([last.status, last.headers['retry-after'], last.json()]).toEqual([429, '0', { code: 'rate_limited' }]);
  });

  test('of the network is a problem of this service, after safe retries only', async () => {
    provider.answer = (request) => request.socket.destroy();
    expect(problemOf(await proxied('/v1/secret-path?secret-query'))).toEqual({
      status: 502,
      slug: 'provider-unavailable',
    });
    expect(provider.seen).toHaveLength(4);
    provider.seen = [];
    const write = await proxied('/v1/secret-path', { method: 'POST', body: '{}' });
    expect(problemOf(write)).toEqual({ status: 502, slug: 'provider-unavailable' });
    expect(provider.seen).toHaveLength(1);
  });

  test('by a silent provider is provider-timeout', async () => {
    provider.answer = () => undefined;
    expect(problemOf(await proxied('/v1/x', { method: 'PATCH', body: '{}' }))).toEqual({
      status: 504,
      slug: 'provider-timeout',
    });
  });

  test('after the headers cuts the response', async () => {
    provider.answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"half":');
      setTimeout(() => request.socket.destroy(), 50);
    };
    await expect(proxied('/v1/x')).rejects.toThrow();
    provider.answer = (request, response) => {
      response.writeHead(200).flushHeaders();
      setTimeout(() => request.socket.destroy(), 50);
    };
    await expect(proxied('/v1/x')).rejects.toThrow();
  });

  test('by a 401 refreshes the token once, and forwards the second one', async () => {
    const refuseOld = say(401, {}, '{"code":"unauthorized"}');
    provider.answer = (request, response) =>
      (request.headers.authorization === `Bearer ${token}` ? refuseOld : echo)(request, response);
    expect((await proxied('/v1/x', { method: 'POST', body: 'again' })).json()).toMatchObject({ body: 'YWdhaW4=' });
    const renewed = await tokenNow();
    expect(renewed).not.toBe(token);
    // A path that wants another credential says 401 to every token.
    provider.answer = refuseOld;
    for (let call = 0; call < 3; call += 1) {
      const answer = await proxied('/v1/oauth/introspect', { method: 'POST', body: '{}' });
      expect([answer.status, answer.json()]).toEqual([401, { code: 'unauthorized' }]);
    }
    const tokens = new Set(provider.seen.map(({ headers }) => headers.authorization));
    expect(tokens.size).toBe(3);
    expect((await connection(causeway, id)).status).toBe('active');
  });
});

test('records the caller in the audit log, and the path nowhere', async () => {
  await proxied('/v1/secret-path?secret-query');
  const { data } = await causeway.GET('/connections/{id}/events', { params: { path: { id } } });
  const noted = data?.events.filter(({ type }) => type === 'proxied') ?? [];
  expect(noted.length).toBeGreaterThan(0);
  expect(noted.length).toBeLessThan(6);
  expect(noted[0]?.actor).toMatchObject({ kind: 'operator' });
  expect(service.logs()).not.toMatch(/secret-|Bearer/);
  expect(service.logs()).not.toContain(token);
  const metrics = (await raw(`${service.url}/metrics`)).text;
  for (const outcome of ['ok', 'unavailable', 'timeout', 'rate-limited', 'unauthorized', 'missing'])
    expect(metrics).toContain(`causeway_provider_call_seconds_count{integration="notion",outcome="${outcome}"}`);
});
