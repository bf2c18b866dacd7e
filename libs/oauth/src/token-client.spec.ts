import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@causeway/http-client';
import type { OAuthProvider } from './oauth-provider.js';
import { TokenClient } from './token-client.js';

const NOW = Date.UTC(2026, 10, 20);
const HELD = { accessToken: 'old-access', refreshToken: 'old-refresh', expiresAt: null, scopes: ['one'] };

interface Seen {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

describe('TokenClient', () => {
  let server: Server;
  let origin: string;
  let answer: Answer;
  /** Before `answer`, one for each request. */
  let answers: Answer[];
  let seen: Seen[];
  const http = new HttpClient();

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push({ url: request.url, headers: request.headers, body });
      const { status, headers, body: sent } = answers.shift() ?? answer;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, headers).end(sent);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => server.close().closeAllConnections());
  afterAll(() => http.close());

  const json = (status: number, body: unknown, headers = {}) => {
    answer = { status, body: JSON.stringify(body), headers };
  };

  function client(change: Partial<OAuthProvider['token']> = {}, revocation?: OAuthProvider['revocation']) {
    const provider: OAuthProvider = {
      id: 'some',
      name: 'Some Provider',
      authorization: { url: origin, pkce: false, scopes: [], scopeSeparator: ' ' },
      token: {
        url: `${origin}/token`,
        clientAuthentication: 'basic',
        body: 'form',
        errors: { revoked: ['token_revoked'], configuration: ['bad_client_secret'], transient: ['ratelimited'] },
        ...change,
      },
      refresh: { onUnauthorized: true },
      revocation,
    };
    const registration = {
      provider,
      clientId: 'id',
      clientSecret: 's e:cret',
      redirectUri: 'http://here/back',
      scopes: [],
    };
    return new TokenClient(http, registration, () => NOW);
  }

  it('authenticates in the header, and then only there', async () => {
    json(200, { access_token: 'a' });
    await client().exchangeCode({ code: 'c', redirect_uri: 'http://here/back' });
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('id:s+e%3Acret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(seen[0]?.body).toBe('grant_type=authorization_code&code=c&redirect_uri=http%3A%2F%2Fhere%2Fback');
  });

  it('authenticates in the body, and then only there', async () => {
    json(200, { access_token: 'a' });
    await client({ clientAuthentication: 'body' }).exchangeCode({ code: 'c' });
    expect(seen[0]?.headers['authorization']).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
      code: 'c',
      grant_type: 'authorization_code',
      client_id: 'id',
      client_secret: 's e:cret',
    });
    expect(seen[0]?.url).toBe('/token');
  });

  it('sends JSON and extra headers where the provider requires them', async () => {
    json(200, { access_token: 'a' });
    await client({ body: 'json', headers: { 'x-version': '1' } }).exchangeCode({ code: 'c' });
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-version': '1' });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ code: 'c', grant_type: 'authorization_code' });
  });

  it.each([
    ['an error of RFC 6749', 400, { error: 'invalid_grant' }, 'invalid_grant'],
    ['an error inside a 200', 200, { ok: false, error: 'invalid_code' }, 'invalid_code'],
    ['an error in the envelope of the API', 400, { object: 'error', code: 'invalid_grant' }, 'invalid_grant'],
    ['a success without a token', 200, { token_type: 'bearer' }, undefined],
    ['a redirect', 302, { access_token: 'a' }, undefined],
  ])('%s is a failed authorization', async (_name, status, body, providerCode) => {
    json(status, body, { location: `${origin}/elsewhere` });
    await expect(client().exchangeCode({ code: 'c' })).rejects.toMatchObject({
      slug: 'authorization-failed',
      details: providerCode === undefined ? {} : { providerCode },
    });
    expect(seen).toHaveLength(1);
  });

  it('an HTML page is a failed authorization, a closed connection an outage', async () => {
    answer = { status: 200, body: '<html>' };
    await expect(client().exchangeCode({ code: 'c' })).rejects.toMatchObject({ slug: 'authorization-failed' });
    answer = { status: 0, body: '' };
    await expect(client().exchangeCode({ code: 'c' })).rejects.toMatchObject({ slug: 'provider-unavailable' });
  });

  it('a refresh keeps what the response omits', async () => {
    json(200, { access_token: 'new', expires_in: 60 });
    expect(await client().refresh(HELD)).toEqual({
      credential: {
        accessToken: 'new',
        refreshToken: 'old-refresh',
        expiresAt: NOW + 60_000,
        refreshExpiresAt: null,
        scopes: ['one'],
      },
    });
    expect(seen[0]?.body).toBe('grant_type=refresh_token&refresh_token=old-refresh');
  });

  it('a refresh takes a rotated refresh token and other scopes', async () => {
    json(200, { access_token: 'new', refresh_token: 'rotated', scope: 'two' });
    expect(await client().refresh(HELD)).toMatchObject({ credential: { refreshToken: 'rotated', scopes: ['two'] } });
  });

  it.each([
    ['invalid_grant', 400, { error: 'invalid_grant' }, 'revoked'],
    ['a code of this provider', 200, { ok: false, error: 'token_revoked' }, 'revoked'],
    ['invalid_client', 401, { error: 'invalid_client' }, 'configuration'],
    ['a wrong secret in a 200', 200, { ok: false, error: 'bad_client_secret' }, 'configuration'],
    ['a 401 without an error code', 401, {}, 'configuration'],
    ['an unknown error code', 400, { error: 'odd' }, 'configuration'],
    ['an unknown error code in a 200', 200, { ok: false, error: 'odd' }, 'configuration'],
    ['other capitals', 400, { error: 'Invalid_Grant' }, 'revoked'],
    ['blanks around a code', 400, { error: ' invalid_grant ' }, 'revoked'],
    ['an error that is an object', 400, { error: { code: 'invalid_grant', message: 'gone' } }, 'revoked'],
    ['an error that is an object with a type', 400, { error: { type: 'INVALID_GRANT' } }, 'revoked'],
    ['a status without an error (HubSpot)', 400, { status: 'TOKEN_REVOKED', message: 'gone' }, 'revoked'],
    ['a status beside an unknown error', 400, { error: 'odd', status: 'TOKEN_REVOKED' }, 'revoked'],
    ['a client error that is a status', 400, { status: 'BAD_CLIENT_SECRET' }, 'configuration'],
    ['a client error in other capitals', 401, { error: 'INVALID_CLIENT' }, 'configuration'],
    ['an error of no text', 400, { error: [] }, 'configuration'],
    ['invalid_grant in an outage', 503, { error: 'invalid_grant' }, 'transient'],
    ['a 409', 409, { error: 'conflict' }, 'conflict'],
    ['a 409 with a code for later', 409, { error: 'ratelimited' }, 'conflict'],
    ['a 429', 429, {}, 'transient'],
    ['a 500', 500, {}, 'transient'],
    ['a limit inside a 200', 200, { ok: false, error: 'ratelimited' }, 'transient'],
    ['a success without a token', 200, {}, 'transient'],
    ['a closed connection', 0, {}, 'transient'],
  ])('a refresh reads %s', async (_name, status, body, kind) => {
    json(status, body);
    expect(await client().refresh(HELD)).toMatchObject({ failure: { kind } });
  });

  it.each([
    ['an empty error', { access_token: ' new ', refresh_token: 'r\n', error: '', expires_in: '60' }],
    ['no error', { access_token: 'new', refresh_token: 'r', error: null, status: 'ok', code: 'fine', expires_in: 60 }],
  ])('a refresh takes a token beside %s', async (_name, body) => {
    json(200, body);
    expect(await client().refresh(HELD)).toMatchObject({
      credential: { accessToken: 'new', refreshToken: 'r', expiresAt: NOW + 60_000 },
    });
  });

  it.each([
    ['the provider', 429, { 'retry-after': '7' }, { of: 'provider', ms: 7_000 }],
    [
      'the provider',
      429,
      { 'retry-after': new Date(NOW).toUTCString(), date: new Date(NOW - 9_000).toUTCString() },
      { of: 'provider', ms: 9_000 },
    ],
    ['the connection', 503, { 'retry-after': '7' }, { of: 'connection', ms: 7_000 }],
    ['the provider', 429, {}, { of: 'provider', ms: null }],
    ['nothing', 503, { 'retry-after': '-1' }, undefined],
    ['nothing', 400, { 'retry-after': '7' }, undefined],
  ])('a refresh pauses %s after a %i with %j', async (_name, status, headers, pause) => {
    json(status, {}, headers);
    const outcome = await client().refresh(HELD);
    expect('failure' in outcome && outcome.failure.pause).toEqual(pause);
    if (pause !== undefined && pause.ms !== null)
      expect(outcome).toMatchObject({ failure: { problem: { details: { retryAfter: pause.ms / 1000 } } } });
  });

  describe('a token of the app itself', () => {
    it('is asked for by its scopes, and has no refresh token', async () => {
      json(200, { access_token: 'of-the-app', token_type: 'bearer', expires_in: 1800 });
      await expect(client().clientCredentials(['a.read', 'b.write'])).resolves.toMatchObject({
        accessToken: 'of-the-app',
        refreshToken: null,
        expiresAt: NOW + 1_800_000,
      });
      expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
        grant_type: 'client_credentials',
        scope: 'a.read b.write',
      });
    });

    it.each([
      [400, { error: 'invalid_scope' }, {}, { reason: 'rejected', context: { code: 'invalid_scope' } }],
      [401, { error: 'bad_client_secret' }, {}, { reason: 'unauthorized', context: { code: 'bad_client_secret' } }],
      [429, {}, { 'retry-after': '7' }, { reason: 'rate-limited', context: { retryAfterMs: 7_000 } }],
      [503, {}, {}, { reason: 'unavailable' }],
      [200, {}, {}, { reason: 'malformed' }],
    ])('is none after a %d with %j', async (status, body, headers, failure) => {
      json(status, body, headers);
      await expect(client().clientCredentials(['a.read'])).rejects.toMatchObject(failure);
    });

    it('notes whether the client is accepted', async () => {
      const tokens = client();
      json(401, { error: 'bad_client_secret' });
      await expect(tokens.clientCredentials([])).rejects.toThrow();
      expect(tokens.clientFault).toBe('bad_client_secret');
    });
  });

  describe('an exchange', () => {
    const exchange = (statuses: number[], headers = {}) => {
      answers = statuses.map((status) => ({ status, body: status === 200 ? '{"access_token":"a"}' : '{}', headers }));
      return client().exchangeCode({ code: 'c' });
    };

    it.each([[[429, 200]], [[503, 503, 200]]])('is sent again after the statuses %j', async (statuses) => {
      expect(await exchange(statuses, { 'retry-after': '0' })).toMatchObject({ accessToken: 'a' });
      expect(seen.map(({ body }) => body)).toEqual(statuses.map(() => 'grant_type=authorization_code&code=c'));
    });

    it.each([
      ['429s', [429, 429, 429], '0', 3, 'provider-rate-limited'],
      ['503s', [503, 503, 503], '0', 3, 'provider-unavailable'],
      ['a 429 for longer than a person waits', [429], '60', 1, 'provider-rate-limited'],
      ['a 500, which may have used the code', [500], '0', 1, 'authorization-failed'],
      ['a 502', [502], '0', 1, 'authorization-failed'],
    ])('fails after %s', async (_name, statuses, retryAfter, requests, slug) => {
      await expect(exchange(statuses, { 'retry-after': retryAfter })).rejects.toMatchObject({ slug });
      expect(seen).toHaveLength(requests);
    });
  });

  it('reports a provider without revocation as unsupported', async () => {
    expect(await client().revoke(HELD)).toMatchObject({ revoked: 'unsupported' });
  });

  it.each([
    ['basic', 'access_token', { body: 'token=old-access', authorization: expect.stringMatching(/^Basic /) }],
    [
      'body',
      'refresh_token',
      { body: 'token=old-refresh&token_type_hint=refresh_token&client_id=id&client_secret=s+e%3Acret' },
    ],
    ['bearer', 'access_token', { body: '', authorization: 'Bearer old-access' }],
  ] as const)('revokes with %s and the %s', async (clientAuthentication, token, expected) => {
    json(200, { ok: true });
    expect(
      await client({}, { url: `${origin}/revoke`, clientAuthentication, body: 'form', token }).revoke(HELD),
    ).toEqual({
      revoked: 'revoked',
    });
    expect({ body: seen[0]?.body, authorization: seen[0]?.headers['authorization'] }).toEqual({
      authorization: undefined,
      ...expected,
    });
    expect(seen[0]?.url).toBe('/revoke');
  });

  it.each([
    [500, {}],
    [200, { ok: false, error: 'invalid_auth' }],
    [0, {}],
  ])('a revocation with the response %i %j has failed', async (status, body) => {
    json(status, body);
    const revocation = { url: origin, clientAuthentication: 'basic', body: 'form', token: 'access_token' } as const;
    expect(await client({}, revocation).revoke(HELD)).toMatchObject({ revoked: 'failed', detail: expect.any(String) });
  });
});
