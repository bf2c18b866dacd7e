import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@causeway/http-client';
import type { BegunAuthorization, ConsumedAuthorizationRequest } from './authorization-requests.js';
import type { OAuthProvider } from './oauth-provider.js';
import { OAuthStrategy, authorizationUrl, exchangeCode } from './oauth.strategy.js';
import { TokenClient } from './token-client.js';

const REQUEST = {
  integration: 'some',
  orgId: 'acme',
  userId: 'ann',
  returnTo: null,
  popupReturnTo: null,
  connectionId: null,
  finish: 'none' as const,
  orgName: null,
  userName: null,
};
const begun = (scopes: string[]): BegunAuthorization => ({
  request: { ...REQUEST, scopes },
  state: 'the-state',
  codeVerifier: 'the-verifier',
  cookie: { name: 'n', value: 'v', maxAgeSeconds: 600 },
});
const taken = { ...REQUEST, scopes: [], codeVerifier: 'the-verifier' } as unknown as ConsumedAuthorizationRequest;

describe('OAuthStrategy', () => {
  let server: Server;
  let origin: string;
  let asked: string[];
  let answer: { status: number; body: string };
  const http = new HttpClient();

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push(body);
      response.writeHead(answer.status).end(answer.body);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: '{"access_token":"a","refresh_token":"r","team":{"id":"T1"}}' };
  });
  afterAll(async () => {
    await http.close();
    server.close().closeAllConnections();
  });

  function strategy(authorization: Partial<OAuthProvider['authorization']> = {}): OAuthStrategy {
    const provider: OAuthProvider = {
      id: 'some',
      name: 'Some Provider',
      authorization: {
        url: 'https://some.example/authorize?kept=1',
        pkce: true,
        scopes: [],
        scopeSeparator: ' ',
        ...authorization,
      },
      token: {
        url: origin,
        clientAuthentication: 'basic',
        body: 'form',
      },
      refresh: { onUnauthorized: true },
    };
    const registration = {
      provider,
      clientId: 'id',
      clientSecret: 'secret',
      redirectUri: 'http://here/back',
      scopes: [],
    };
    return new OAuthStrategy(registration, new TokenClient(http, registration));
  }

  it('sends the browser to the provider with state, PKCE, scopes and the provider’s own parameters', async () => {
    const url = await authorizationUrl(strategy({ params: { owner: 'user' } }), begun(['one', 'two']));
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      kept: '1',
      response_type: 'code',
      client_id: 'id',
      redirect_uri: 'http://here/back',
      state: 'the-state',
      scope: 'one two',
      owner: 'user',
      code_challenge: createHash('sha256').update('the-verifier').digest('base64url'),
      code_challenge_method: 'S256',
    });
    // HubSpot does not read a plus as a space.
    expect(url).toContain('scope=one%20two');
    expect(url).not.toContain('the-verifier');
  });

  it('omits PKCE and scopes where the provider has none', async () => {
    const url = new URL(await authorizationUrl(strategy({ pkce: false }), begun([])));
    expect([...url.searchParams.keys()].sort()).toEqual([
      'client_id',
      'kept',
      'redirect_uri',
      'response_type',
      'state',
    ]);
  });

  it('joins scopes with the separator of the provider', async () => {
    const url = new URL(await authorizationUrl(strategy({ scopeSeparator: ',' }), begun(['one', 'two'])));
    expect(url.searchParams.get('scope')).toBe('one,two');
  });

  it('exchanges a code with the verifier of the authorization request, by one token request', async () => {
    await expect(exchangeCode(strategy(), taken, 'the-code')).resolves.toMatchObject({
      accessToken: 'a',
      refreshToken: 'r',
      response: { team: { id: 'T1' } },
    });
    expect(asked.map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      {
        code: 'the-code',
        code_verifier: 'the-verifier',
        grant_type: 'authorization_code',
        redirect_uri: 'http://here/back',
      },
    ]);
  });

  it('passes on the problem of the token client', async () => {
    answer = { status: 400, body: '{"error":"invalid_grant"}' };
    await expect(exchangeCode(strategy(), taken, 'the-code')).rejects.toMatchObject({
      slug: 'authorization-failed',
      details: { providerCode: 'invalid_grant' },
    });
  });

  it('keeps concurrent runs of several strategies apart', async () => {
    const urls = await Promise.all(
      Array.from({ length: 20 }, (_, index) => authorizationUrl(strategy({ params: { n: String(index) } }), begun([]))),
    );
    expect(urls.map((url) => new URL(url).searchParams.get('n'))).toEqual(urls.map((_, index) => String(index)));
  });

  it('concurrent callbacks get their own grants', async () => {
    const one = strategy();
    server.removeAllListeners('request');
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const code = new URLSearchParams(body).get('code') ?? '';
      // The first request gets the last response.
      setTimeout(() => response.end(JSON.stringify({ access_token: `of ${code}` })), 400 - 10 * Number(code));
    });
    const codes = Array.from({ length: 32 }, (_, at) => String(at));
    const grants = await Promise.all(codes.map((code) => exchangeCode(one, taken, code)));
    expect(grants.map(({ accessToken }) => accessToken)).toEqual(codes.map((code) => `of ${code}`));
  });
});
