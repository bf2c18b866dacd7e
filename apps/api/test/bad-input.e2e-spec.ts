import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import { startService, startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { someone, type User } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw, type RawAnswer, type RawRequest } from './support/raw.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const UNKNOWN_ID = 'con_00000000000000000000000000000000';

let apart: MockProvidersProcess;
let service: Service;
let causeway: CausewayClient;
let user: User;
let connected: Connection;
let elsewhere: Connection;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders);
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  user = someone();
  connected = await connect(causeway, 'hubspot', user);
  elsewhere = await connect(causeway, 'hubspot', someone());
});
afterAll(() => Promise.all([service?.stop(), apart?.stop()]));

const ask = (path: string, request?: RawRequest) => raw(`${service.url}${path}`, request);
const post = (path: string, body: unknown) =>
  ask(path, { method: 'POST', type: JSON_TYPE, body: JSON.stringify(body) });

const pointersOf = ({ error }: RawAnswer) => error?.errors?.map(({ pointer }) => pointer).sort();

function expectInvalid(answer: RawAnswer, ...pointers: string[]): void {
  expectProblem(answer, 'invalid-request', 400);
  if (pointers.length > 0) expect(pointersOf(answer)).toEqual([...pointers].sort());
  for (const one of answer.error?.errors ?? []) expect(one.detail).toMatch(/./);
}

/** Names for tests of texts that may be long. */
const shortly = (texts: string[]) => texts.map((text): [string, string] => [text.slice(0, 30), text]);

const WITH_BODY = [
  '/integrations/hubspot/authorize',
  '/integrations/hubspot/credentials',
  '/integrations/hubspot/load',
] as const;

const NAMES: [string, unknown][] = [
  ['a number', 7],
  ['null', null],
  ['a list', ['a']],
  ['an object', { a: 1 }],
  ['true', true],
  ['an empty text', ''],
  ['a text of 256 characters', 'a'.repeat(256)],
  ['a space', 'a b'],
  ['a quotation mark', 'a"b'],
  ['an umlaut', 'jürgen'],
  ['an emoji', '🪁'],
  ['a NUL', 'a\u0000b'],
  ['a line end', 'ann\n'],
  ['braces', '{acme}'],
  ['a lone surrogate', '\ud800'],
];

describe.each(WITH_BODY)('POST %s', (path) => {
  test.each([
    ['no body at all', {}],
    ['an empty body', { type: JSON_TYPE, body: '' }],
    ['half a JSON', { type: JSON_TYPE, body: '{"orgId":"a",' }],
    ['not JSON', { type: JSON_TYPE, body: 'orgId=a&userId=b' }],
    ['null', { type: JSON_TYPE, body: 'null' }],
    ['a list', { type: JSON_TYPE, body: '[]' }],
    ['a list of a body', { type: JSON_TYPE, body: '[{"orgId":"a","userId":"b"}]' }],
    ['a text', { type: JSON_TYPE, body: '"orgId"' }],
    ['a number', { type: JSON_TYPE, body: '42' }],
    ['plain text', { type: 'text/plain', body: '{"orgId":"a","userId":"b"}' }],
    ['XML', { type: 'application/xml', body: '<orgId>a</orgId>' }],
    ['multipart', { type: 'multipart/form-data; boundary=x', body: '--x--' }],
    ['an unreadable content type', { type: ';;;', body: '{"orgId":"a","userId":"b"}' }],
    ['no content type', { body: '{"orgId":"a","userId":"b"}' }],
    ['a broken UTF-8 escape', { type: JSON_TYPE, body: '{"orgId":"\\u12","userId":"b"}' }],
    [
      'a null for an absent field',
      { type: JSON_TYPE, body: '{"orgId":"a","userId":"b","limit":null,"returnTo":null}' },
    ],
    ['a constructor that is a text', { type: JSON_TYPE, body: '{"orgId":"a","userId":"b","constructor":"x"}' }],
    ['a prototype', { type: JSON_TYPE, body: '{"orgId":"a","userId":"b","__proto__":{"admin":true}}' }],
    ['a constructor', { type: JSON_TYPE, body: '{"orgId":"a","userId":"b","constructor":{"prototype":{"x":1}}}' }],
    ['a body of 3 MB', { type: JSON_TYPE, body: JSON.stringify({ orgId: 'a', userId: 'b'.repeat(3_000_000) }) }],
    ['a form of 3 MB', { type: FORM_TYPE, body: `orgId=a&userId=${'b'.repeat(3_000_000)}` }],
    ['a very deep body', { type: JSON_TYPE, body: `{"orgId":${'['.repeat(20_000)}${']'.repeat(20_000)}}` }],
    ['a form with brackets', { type: FORM_TYPE, body: 'orgId[a]=b&userId=c' }],
    ['a form that says it twice', { type: FORM_TYPE, body: 'orgId=a&orgId=b&userId=c' }],
    ['a broken percent sign', { type: FORM_TYPE, body: 'orgId=%E0%A4%A&userId=c' }],
  ])('%s is invalid-request', async (_, request: RawRequest) => {
    expectInvalid(await ask(path, { method: 'POST', ...request }));
  });

  test.each(NAMES)('names orgId or userId in the problem if it is %s', async (_, value) => {
    expectInvalid(await post(path, { orgId: value, userId: 'ann' }), '/orgId');
    expectInvalid(await post(path, { orgId: 'acme', userId: value }), '/userId');
  });

  test('names every invalid field in one problem', async () => {
    expectInvalid(await post(path, {}), '/orgId', '/userId');
    expectInvalid(await post(path, { orgId: 1, colour: 'red' }), '/orgId', '/userId', '/colour');
  });

  test('rejects an unknown field, in JSON and in a form', async () => {
    expectInvalid(await post(path, { ...user, colour: 'red' }), '/colour');
    const body = new URLSearchParams({ ...user, colour: 'red' }).toString();
    expectInvalid(await ask(path, { method: 'POST', type: FORM_TYPE, body }), '/colour');
  });

  test('accepts a form like JSON', async () => {
    const body = new URLSearchParams({ ...user }).toString();
    for (const type of [FORM_TYPE, `${FORM_TYPE}; charset=utf-8`, FORM_TYPE.toUpperCase()]) {
      const answer = await ask(path, { method: 'POST', type, body });
      expect([200, 201]).toContain(answer.response.status);
    }
  });

  test('accepts names of 1 and of 255 characters', async () => {
    const known = new Set([200, 201, 404]);
    for (const name of ['a', `auth0|5f+c/${'x'.repeat(244)}`, '-', '..', '__proto__', 'constructor']) {
      const answer = await post(path, { orgId: name, userId: name });
      expect(known).toContain(answer.response.status);
      if (answer.response.status === 404) expectProblem(answer, 'not-connected', 404);
    }
  });

  test.each(
    shortly([
      'dropbox',
      'HubSpot',
      '__proto__',
      'constructor',
      'toString',
      'hubspot%00',
      'a'.repeat(3000),
      '%F0%9F%AA%81',
      '..%2Fnotion',
    ]),
  )('an integration called %s is unknown', async (_, name) => {
    expectProblem(await post(path.replace('hubspot', name), user), 'unknown-integration', 404);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('does not exist for %s', async (method) => {
    expectProblem(await ask(path, { method }), 'not-found', 404);
  });
});

describe('a load', () => {
  const load = (more: object) => post('/integrations/hubspot/load', { ...user, ...more });

  test.each([
    ['limit', 0], ['limit', 1001], ['limit', -1], ['limit', 1.5], ['limit', 'many'], ['limit', []], ['limit', {}], ['limit', 1e21],
    ['types', ['dragon']], ['types', 'contact,dragon'], ['types', 7], ['types', {}], ['types', [7]], ['types', [null]], ['types', ['page']],
    ['cursor', 'made-up'], ['cursor', 7], ['cursor', 'v1.a.b'], ['cursor', 'a'.repeat(5000)], ['cursor', '💥'],
    ['updatedSince', 'yesterday'], ['updatedSince', '2026-13-45T00:00:00Z'], ['updatedSince', 5], ['updatedSince', {}],
    ['connectionId', 7], ['connectionId', {}],
    ['parent', 7], ['parent', ['C0']],
  ] as [string, unknown][])('%s: %j is pointed at', async (field, value) => {
    const answer = await load({ [field]: value });
    expectInvalid(answer);
    const pointers = pointersOf(answer) ?? [];
    expect(pointers.length).toBeGreaterThan(0);
    expect(pointers.every((pointer) => pointer === `/${field}` || pointer.startsWith(`/${field}/`))).toBe(true);
  }); // prettier-ignore

  test.each([
    ['limit=abc', '?limit'], ['limit=0', '?limit'], ['limit=1001', '?limit'], ['limit=', '?limit'], ['limit=1&limit=2', '?limit'],
    ['types=dragon', '?types'], ['cursor=made-up', '?cursor'], ['cursor=a&cursor=b', '?cursor'],
    ['updatedSince=yesterday', '?updatedSince'],
  ])('%s in a query is pointed at', async (query, pointer) => {
    const who = new URLSearchParams({ ...user }).toString();
    expectInvalid(await ask(`/integrations/hubspot/items?${who}&${query}`), pointer);
    expectInvalid(await ask(`/connections/${connected.id}/items?${query}`), pointer);
  }); // prettier-ignore

  test('needs orgId and userId in a query as in a body', async () => {
    expectInvalid(await ask('/integrations/hubspot/items'), '?orgId', '?userId');
    expectInvalid(await ask('/integrations/hubspot/items?orgId=a%20b&userId=c'), '?orgId');
    expectInvalid(await ask('/integrations/hubspot/items?orgId=a&orgId=b&userId=c'), '?orgId');
    expectInvalid(await ask('/integrations/hubspot/authorize'), '?orgId', '?userId');
  });

  test('rejects messages without a channel, and of an unknown channel', async () => {
    const slack = someone();
    await connect(causeway, 'slack', slack);
    const messages = (more: object) => post('/integrations/slack/load', { ...slack, types: ['message'], ...more });
    expectInvalid(await messages({}), '/parent');
    const strange = await messages({ parent: 'C0NOTTHERE' });
    expect([400, 404, 502]).toContain(strange.response.status);
    expect(strange.error?.slug).toMatch(/^(invalid-request|provider-rejected|not-found)$/);
  });

  test('rejects a cursor that was changed or belongs to another connection', async () => {
    const first = await load({ limit: 3 });
    const cursor = String(first.error?.['nextCursor']);
    expect((await load({ limit: 3, cursor })).response.status).toBe(200);

    for (const at of [0, Math.floor(cursor.length / 2), cursor.length - 1]) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expectInvalid(await load({ limit: 3, cursor: changed }), '/cursor');
    }
    expectInvalid(await load({ limit: 3, cursor: cursor.slice(0, -4) }), '/cursor');
    expectInvalid(await load({ limit: 3, cursor: `${cursor}AAAA` }), '/cursor');
    expectInvalid(await ask(`/connections/${elsewhere.id}/items?cursor=${encodeURIComponent(cursor)}`), '?cursor');
    const { orgId, userId } = elsewhere;
    expectInvalid(await post('/integrations/hubspot/load', { orgId, userId, cursor }), '/cursor');
    expectInvalid(await ask(`/connections?cursor=${encodeURIComponent(cursor)}`), '?cursor');
  });

  test('rejects a cursor of a list of connections', async () => {
    const org = someone();
    await connect(causeway, 'hubspot', org);
    await connect(causeway, 'notion', org);
    const { data } = await causeway.GET('/connections', { params: { query: { ...org, limit: 1 } } });
    expect(data?.nextCursor).toEqual(expect.any(String));
    expectInvalid(await load({ cursor: data?.nextCursor }), '/cursor');
  });

  test('answers unknown-connection for the connection of another user', async () => {
    expectProblem(await load({ connectionId: UNKNOWN_ID }), 'unknown-connection', 404);
    expectProblem(await load({ connectionId: elsewhere.id }), 'unknown-connection', 404);
    expectProblem(
      await post('/integrations/notion/load', { ...user, connectionId: connected.id }),
      'unknown-connection',
      404,
    );
  });

  test('answers not-connected for a user without a connection', async () => {
    const nobody = someone();
    expectProblem(await post('/integrations/hubspot/load', nobody), 'not-connected', 404);
    expectProblem(await post('/integrations/hubspot/credentials', nobody), 'not-connected', 404);
    const query = new URLSearchParams({ ...nobody }).toString();
    expectProblem(await ask(`/integrations/hubspot/items?${query}`), 'not-connected', 404);
  });
});

describe('an authorization', () => {
  test.each([
    ['scopes', 7], ['scopes', {}], ['scopes', [7]], ['scopes', [null]], ['returnTo', 7], ['returnTo', ['http://localhost:3000/']],
    ['connectionId', 7], ['connectionId', []],
  ] as [string, unknown][])('%s: %j is pointed at', async (field, value) => {
    const answer = await post('/integrations/airtable/authorize', { ...user, [field]: value });
    expectInvalid(answer);
    expect(pointersOf(answer)?.every((pointer) => pointer.startsWith(`/${field}`))).toBe(true);
  }); // prettier-ignore
});

describe('a list of connections', () => {
  test.each([
    ['limit=0', '?limit'], ['limit=1001', '?limit'], ['limit=x', '?limit'], ['status=sleepy', '?status'], ['cursor=made-up', '?cursor'],
    ['orgId=a%20b', '?orgId'], ['orgId=%E0%A4%A', '?orgId'], ['userId=', '?userId'], ['orgId=a&orgId=b', '?orgId'],
  ])('%s is pointed at', async (query, pointer) => {
    expectInvalid(await ask(`/connections?${query}`), pointer);
  }); // prettier-ignore

  test('is rejected or empty for an unknown integration', async () => {
    const answer = await ask('/connections?integration=dropbox');
    expect([200, 400, 404]).toContain(answer.response.status);
    if (answer.response.status === 200) expect(answer.error).toEqual({ connections: [], nextCursor: null });
  });

  test('is paged, newest first, each connection once', async () => {
    const org = someone();
    const ids: string[] = [];
    for (const userId of ['a', 'b', 'c', 'd', 'e'])
      ids.unshift((await connect(causeway, 'hubspot', { ...org, userId })).id);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const query = { orgId: org.orgId, limit: 2, ...(cursor ? { cursor } : {}) };
      const { data } = await causeway.GET('/connections', { params: { query } });
      expect(data?.connections.length).toBeLessThanOrEqual(2);
      seen.push(...(data?.connections ?? []).map(({ id }) => id));
      cursor = data?.nextCursor;
    } while (cursor);
    expect(seen).toEqual(ids);
    const slack = await causeway.GET('/connections', { params: { query: { orgId: org.orgId, integration: 'slack' } } });
    expect(slack.data?.connections).toEqual([]);
  });
});

const ON_A_CONNECTION = [
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/check'],
  ['POST', '/refresh'],
  ['GET', '/token'],
  ['GET', '/items'],
] as const;

describe.each(ON_A_CONNECTION)('%s /connections/{id}%s', (method, rest) => {
  test.each(
    shortly([
      UNKNOWN_ID,
      'nope',
      '1',
      '-',
      'con_',
      'CON_' + '0'.repeat(32),
      'a'.repeat(4000),
      '%F0%9F%AA%81',
      '%00',
      '..%2F..',
      '__proto__',
      'null',
      '%20',
      '*',
      '{acme}',
      'a:b',
    ]),
  )('an id like %s is unknown', async (_, id) => {
    expectProblem(await ask(`/connections/${id}${rest}`, { method }), 'unknown-connection', 404);
  });

  test('answers no server error to a path that is not UTF-8', async () => {
    const answer = await ask(`/connections/%E0%A4%A${rest}`, { method });
    expect([400, 404]).toContain(answer.response.status);
    expect(answer.response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  test('accepts an empty JSON body', async () => {
    if (method !== 'POST') return;
    const answer = await ask(`/connections/${UNKNOWN_ID}${rest}`, { method, type: JSON_TYPE, body: '' });
    expect([400, 404]).toContain(answer.response.status);
    expect(answer.response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

describe('a request without a key', () => {
  const GUARDED = () =>
    [
      ['GET', '/integrations'],
      ['GET', '/connections'],
      ...ON_A_CONNECTION.map(([method, rest]) => [method, `/connections/${connected.id}${rest}`]),
      ...WITH_BODY.map((path) => ['POST', path]),
      ['GET', '/integrations/hubspot/items?orgId=a&userId=b'],
      ['GET', '/integrations/hubspot/authorize?orgId=a&userId=b'],
    ] as [string, string][];

  test.each([
    ['none', null],
    ['another one', 'another-admin-key-for-tests-of-at-least-32-chars'],
    ['a longer one', `${ADMIN_KEY}x`],
    ['a shorter one', ADMIN_KEY.slice(0, -1)],
    ['an empty one', ''],
    ['one with strange bytes', 'é\u00ff'.repeat(20)],
  ])('%s: 401 on every route that gives or does something', async (_, key) => {
    for (const [method, path] of GUARDED()) {
      expectProblem(await ask(path, { method, key }), 'unauthenticated', 401);
    }
  });

  test('is not authenticated by a key in other places', async () => {
    for (const headers of [
      { authorization: `Basic ${Buffer.from(`x:${ADMIN_KEY}`).toString('base64')}` },
      { authorization: ADMIN_KEY },
      { 'x-api-key': ADMIN_KEY },
    ] as Record<string, string>[]) {
      expectProblem(await ask('/integrations', { key: null, headers }), 'unauthenticated', 401);
    }
    expectProblem(await ask(`/integrations?apiKey=${ADMIN_KEY}`, { key: null }), 'unauthenticated', 401);
  });

  test('is unauthenticated before anything else is checked', async () => {
    for (const path of WITH_BODY) {
      expectProblem(
        await ask(path, { method: 'POST', type: JSON_TYPE, body: '{"orgId":7}', key: null }),
        'unauthenticated',
        401,
      );
      expectProblem(
        await ask(path.replace('hubspot', 'dropbox'), { method: 'POST', key: null }),
        'unauthenticated',
        401,
      );
    }
    expectProblem(await ask(`/connections/${UNKNOWN_ID}`, { key: null }), 'unauthenticated', 401);
  });

  test('reaches the public routes', async () => {
    for (const path of ['/', '/docs', '/openapi.json', '/health/live', '/health/ready']) {
      expect((await ask(path, { key: null })).response.status).toBe(200);
    }
  });
});

describe('other paths and methods', () => {
  test.each(
    shortly([
      '/nope',
      '/connections/',
      '/integrations/hubspot',
      '/integrations/hubspot/nope',
      `/${'a'.repeat(5000)}`,
      '/%F0%9F%AA%81',
      '/.env',
      '/.data',
      '/docs/../package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '//',
      '/connections//items',
    ]),
  )('%s: not found, or no server error', async (_, path) => {
    const { response, text } = await ask(path);
    expect([200, 400, 404]).toContain(response.status);
    if (response.status !== 200) expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toContain('devDependencies');
  });

  test.each([
    ['PUT', '/'], ['POST', '/'], ['DELETE', '/connections'], ['PUT', '/connections/x'], ['PATCH', '/connections/x'], ['POST', '/connections'],
    ['GET', '/integrations/hubspot/load'], ['GET', '/integrations/hubspot/credentials'], ['POST', '/integrations/hubspot/items'],
    ['POST', '/health/live'], ['DELETE', '/openapi.json'], ['POST', '/integrations/hubspot/oauth2callback'],
  ])('%s %s is nothing here', async (method, path) => {
    expectProblem(await ask(path, { method }), 'not-found', 404);
  }); // prettier-ignore

  test.each(['/', '/integrations', '/connections', '/docs', '/openapi.json', '/health/live', '/nope'])(
    'HEAD %s has no body and is no server error',
    async (path) => {
      const { response, text } = await ask(path, { method: 'HEAD' });
      expect(response.status).toBeLessThan(500);
      expect(text).toBe('');
    },
  );

  test('never have a stack in their problem', async () => {
    const answer = await ask('/integrations/hubspot/load', { method: 'POST', type: JSON_TYPE, body: '{' });
    expect(answer.text).not.toMatch(/\bat .*\.js|node_modules|SyntaxError/);
  });
});

describe('an integration without client id', () => {
  test('answers integration-not-configured', async () => {
    const env = productionEnvironment(apart.mockProviders);
    for (const name of Object.keys(env)) if (/^(NOTION|SLACK)_/.test(name)) delete env[name];
    const other = await startService({ env });
    try {
      const client = createCauseway({ baseUrl: other.url, apiKey: ADMIN_KEY });
      const { data } = await client.GET('/integrations');
      expect(data?.integrations.map(({ id, configured }) => [id, configured])).toEqual([
        ['notion', false], ['airtable', true], ['hubspot', true], ['slack', false],
      ]); // prettier-ignore
      for (const integration of ['notion', 'slack']) {
        const params = { path: { integration } };
        const refused = await client.POST('/integrations/{integration}/authorize', { params, body: someone() });
        expectProblem(refused, 'integration-not-configured', 409);
        // End customers may read it: no instructions for the operator.
        expect(JSON.stringify(refused.error)).not.toMatch(/_CLIENT_ID|register/i);
        const query = new URLSearchParams({ ...someone() }).toString();
        expectProblem(
          await raw(`${other.url}/integrations/${integration}/authorize?${query}`),
          'integration-not-configured',
          409,
        );
        const load = await client.POST('/integrations/{integration}/load', {
          params,
          body: { ...someone(), limit: 10 },
        });
        // Nobody can be connected to it: either is true.
        expect([404, 409]).toContain(load.response.status);
        const callback = await raw(`${other.url}/integrations/${integration}/oauth2callback?code=a&state=b`, {
          key: null,
        });
        expect([400, 409]).toContain(callback.response.status);
      }
    } finally {
      await other.stop();
    }
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    ask('/integrations', {
      method: 'OPTIONS',
      key: null,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('allows the configured origins only', async () => {
    const { response } = await preflight('http://localhost:3000');
    expect(response.status).toBeLessThan(300);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    // A person disconnects in a page of theirs.
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(response.headers.get('vary')?.toLowerCase()).toContain('origin');
  });

  test.each([
    'http://localhost:3001',
    'https://localhost:3000',
    'http://localhost:3000.evil.example',
    'https://evil.example',
    'null',
  ])('and not for %s', async (origin) => {
    const { response } = await preflight(origin);
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const plain = await ask('/integrations', { headers: { origin } });
    expect(plain.response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
