import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Context } from 'oidc-provider';
import {
  AuthorizationRequests,
  OAuthStrategy,
  TokenClient,
  authorizationUrl,
  exchangeCode,
  type Grant,
  type OAuthProvider,
  type ConsumedAuthorizationRequest,
} from '@causeway/oauth';
import type { Store } from '@causeway/store';
import { BrowserUser, openTemporaryStore } from '@causeway/testing';
import { HttpClient } from '@causeway/http-client';
import { CredentialRefresher, type CredentialStore, type StoredCredential } from '@causeway/oauth';
import { Keyring } from '@causeway/crypto';

/** Our client against an independent implementation of the specifications. */

const CLIENT = { clientId: 'causeway', clientSecret: 'a secret: with+reserved/characters%&' };
const CALLBACK = 'http://127.0.0.1/integrations/independent/oauth2callback';
const REQUEST = {
  integration: 'independent',
  orgId: 'acme',
  userId: 'ann',
  scopes: ['openid', 'offline_access'],
  returnTo: null,
  popupReturnTo: null,
  connectionId: null,
  finish: 'none' as const,
  orgName: null,
  userName: null,
};

/** Records the requests to its token endpoint; login and consent need no page. */
async function startServer() {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: { authorization: string | undefined; members: string[] }[] = [];
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        application_type: 'native',
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    pkce: { required: () => true, methods: ['S256'] },
    rotateRefreshToken: true,
    ttl: { AccessToken: 600, Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600, IdToken: 600 },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: () => '/interaction' },
  });
  const note = ({ headers, oidc }: Context) =>
    asked.push({ authorization: headers.authorization, members: Object.keys(oidc.body).sort() });
  provider.on('grant.success', note).on('grant.error', note);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/interaction')) {
      const grant = new provider.Grant({ accountId: 'ann', clientId: CLIENT.clientId });
      grant.addOIDCScope('openid offline_access');
      const finish = (grantId: string) =>
        provider.interactionFinished(
          request,
          response,
          { login: { accountId: 'ann' }, consent: { grantId } },
          { mergeWithLastSubmission: false },
        );
      void grant.save().then(finish);
      return;
    }
    void answer(request, response);
  });
  return { url, asked, stop: () => server.close().closeAllConnections() };
}

const providerAt = (url: string): OAuthProvider => ({
  id: 'independent',
  name: 'Independent',
  authorization: {
    url: `${url}/auth`,
    params: { prompt: 'consent' },
    pkce: true,
    scopes: REQUEST.scopes,
    scopeSeparator: ' ',
  },
  token: {
    url: `${url}/token`,
    clientAuthentication: 'basic',
    body: 'form',
  },
  refresh: { onUnauthorized: true },
  revocation: { url: `${url}/token/revocation`, clientAuthentication: 'basic', body: 'form', token: 'refresh_token' },
});

describe('with oidc-provider as the authorization server', () => {
  const http = new HttpClient();
  let server: Awaited<ReturnType<typeof startServer>>;
  let store: Store;
  let remove: () => Promise<void>;
  let requests: AuthorizationRequests;
  let strategy: OAuthStrategy;
  let tokens: TokenClient;

  beforeAll(async () => {
    server = await startServer();
    ({ store, remove } = await openTemporaryStore());
    requests = new AuthorizationRequests(store, new Keyring([{ id: 'k', secret: randomBytes(32) }]), {
      user: 100,
      organization: 100,
    });
    const registration = {
      provider: providerAt(server.url),
      ...CLIENT,
      redirectUri: CALLBACK,
      scopes: REQUEST.scopes,
    };
    tokens = new TokenClient(http, registration);
    strategy = new OAuthStrategy(registration, tokens);
  });
  afterAll(async () => {
    await http.close();
    server?.stop();
    await remove?.();
  });
  beforeEach(() => server.asked.splice(0));

  /** From the request id to the callback, as a browser goes. */
  async function returned(): Promise<{ code: string; request: ConsumedAuthorizationRequest; callback: URL }> {
    const begun = await requests.begin((await requests.create(REQUEST)).sealedRequest);
    if (begun === null) throw new Error('waits for a person');
    const browserUser = new BrowserUser();
    let next = new URL(await authorizationUrl(strategy, begun));
    while (!next.href.startsWith(CALLBACK)) {
      const response = await browserUser.visit(next.href);
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${next.pathname}: ${response.status} ${await response.text()}`);
      next = new URL(location, next);
    }
    const request = await requests.consume('independent', next.searchParams.get('state'), (name) =>
      name === begun.cookie.name ? begun.cookie.value : undefined,
    );
    return { code: next.searchParams.get('code') ?? '', request, callback: next };
  }

  async function connected(): Promise<Grant> {
    const { request, code } = await returned();
    return exchangeCode(strategy, request, code);
  }

  function storeOf({ accessToken, refreshToken, expiresAt, scopes }: Grant) {
    const credentials: CredentialStore & { stored: StoredCredential; gone: string | null } = {
      id: `con_${randomBytes(4).toString('hex')}`,
      provider: 'some',
      partition: 'org',
      stored: {
        credential: { accessToken, refreshToken, expiresAt, scopes: scopes ?? [] },
        generation: 1,
        refreshedAt: null,
      },
      gone: null,
      read: async () => {
        if (credentials.gone !== null) throw new Error(credentials.gone);
        return credentials.stored;
      },
      replace: async (generation, credential) => {
        if (generation !== credentials.stored.generation) return false;
        credentials.stored = { credential, generation: generation + 1, refreshedAt: null };
        return true;
      },
      markRevoked: async (_, reason) => {
        credentials.gone = reason;
        return true;
      },
    };
    return credentials;
  }

  const works = async (accessToken: string) =>
    (await fetch(`${server.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } })).status;

  test('connects with PKCE S256 and a secret in the header only', async () => {
    const grant = await connected();
    expect(grant).toMatchObject({ refreshToken: expect.any(String), scopes: ['openid', 'offline_access'] });
    expect(grant.expiresAt).toBeGreaterThan(Date.now() + 500_000);
    expect(await works(grant.accessToken)).toBe(200);
    const [request] = server.asked;
    expect(server.asked).toHaveLength(1);
    expect(request?.authorization).toMatch(/^Basic /);
    expect(request?.members).toEqual(['code', 'code_verifier', 'grant_type', 'redirect_uri']);
  });

  test('32 users connect at the same time', async () => {
    const grants = await Promise.all(Array.from({ length: 32 }, () => connected()));
    expect(new Set(grants.map(({ accessToken }) => accessToken)).size).toBe(32);
  });

  test('the callback has its issuer (RFC 9207)', async () => {
    expect((await returned()).callback.searchParams.get('iss')).toBe(server.url);
  });

  test('rejects a code with another verifier, and a code that was used before', async () => {
    const { code, request } = await returned();
    const { request: other } = await returned();
    const failed = { slug: 'authorization-failed', details: { providerCode: 'invalid_grant' } };
    await expect(exchangeCode(strategy, other, code)).rejects.toMatchObject(failed);
    const again = await returned();
    await exchangeCode(strategy, again.request, again.code);
    await expect(exchangeCode(strategy, again.request, again.code)).rejects.toMatchObject(failed);
    expect(request.codeVerifier).not.toBe(other.codeVerifier);
  });

  test('80 callers of two replicas rotate the refresh token once, and the newest access token works', async () => {
    const credentials = storeOf(await connected());
    const replicas = [new CredentialRefresher(store), new CredentialRefresher(store)] as const;
    server.asked.splice(0);
    const seen = new Set([credentials.stored.credential.refreshToken]);
    for (let turn = 1; turn <= 3; turn += 1) {
      const fresh = await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          replicas[at % 2 === 0 ? 0 : 1].ensureFresh(credentials, (credential) => tokens.refresh(credential), {
            rejectedGeneration: turn,
            force: true,
          }),
        ),
      );
      expect(new Set(fresh.map(({ generation }) => generation))).toEqual(new Set([turn + 1]));
      seen.add(credentials.stored.credential.refreshToken);
      expect(await works(credentials.stored.credential.accessToken)).toBe(200);
    }
    expect(seen.size).toBe(4);
    expect(server.asked).toHaveLength(3);
  });

  test('a reused refresh token revokes the grant, and the connection is marked', async () => {
    const grant = await connected();
    const credentials = storeOf(grant);
    const refresher = new CredentialRefresher(store);
    const spent = credentials.stored.credential;
    await refresher.ensureFresh(credentials, (credential) => tokens.refresh(credential), {
      rejectedGeneration: 1,
      force: true,
    });
    expect(await tokens.refresh(spent)).toMatchObject({ failure: { kind: 'revoked', code: 'invalid_grant' } });
    await expect(
      refresher.ensureFresh(credentials, (credential) => tokens.refresh(credential), {
        rejectedGeneration: 2,
        force: true,
      }),
    ).rejects.toThrow('invalid_grant');
    expect(credentials.gone).toBe('invalid_grant');
  });

  test('revokes the whole grant', async () => {
    const { accessToken, refreshToken, expiresAt, scopes } = await connected();
    const credential = { accessToken, refreshToken, expiresAt, scopes: scopes ?? [] };
    expect(await tokens.revoke(credential)).toEqual({ revoked: 'revoked' });
    expect(await tokens.refresh(credential)).toMatchObject({ failure: { kind: 'revoked' } });
    expect(await works(accessToken)).toBe(401);
  });

  test('a wrong client secret is a configuration failure and leaves the grant valid', async () => {
    const { accessToken, refreshToken, expiresAt } = await connected();
    const wrong = new TokenClient(http, {
      provider: providerAt(server.url),
      clientId: CLIENT.clientId,
      clientSecret: 'another',
      redirectUri: CALLBACK,
      scopes: [],
    });
    const credential = { accessToken, refreshToken, expiresAt, scopes: [] };
    expect(await wrong.refresh(credential)).toMatchObject({
      failure: { kind: 'configuration', code: 'invalid_client' },
    });
    expect('credential' in (await tokens.refresh(credential))).toBe(true);
  });
});
