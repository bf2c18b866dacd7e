import type { FastifyInstance } from 'fastify';
import type { ParsedBody } from '../core/request.js';
import type { Account } from '../core/account.js';
import { fields, type Fields, strings, text } from '../core/fields.js';
import { PROVIDER_IDS } from '../core/provider-id.js';
import { send, toMockRequest } from '../core/handle-request.js';
import type { RouteContext, MockProvider } from '../core/mock-provider.js';
import type { SandboxState } from '../core/sandbox-state.js';
import { expireAccess, type Grant } from '../oauth/grants.js';
import { revokeGrants } from '../oauth/revoke-grants.js';
import { consented } from '../oauth/token-endpoint.js';
import type { OnControl } from './control-route.js';
import type { ControlledAccount } from './control-types.js';
import { ControlError, required } from './control-error.js';
import { journalRoutes } from './journal-routes.js';
import { webhookRoutes } from './webhook-routes.js';
import { readApp, readEdit, readFault, readLimit, readProvider, readSizes } from './read-control-request.js';

/** JSON in, JSON out, under /control. Never behind a fault or a limit. */
export function controlRoutes(
  server: FastifyInstance,
  sandbox: SandboxState,
  mockProviders: readonly MockProvider[],
): void {
  const on: OnControl = (method, path, act) =>
    server.route({
      method,
      url: `/control${path}`,
      handler: async (request, reply) => {
        try {
          const body = (request.body as ParsedBody | undefined)?.fields ?? {};
          return await act(body, { ...fields(request.query), ...fields(request.params) } as Record<string, string>);
        } catch (error) {
          if (error instanceof ControlError) return reply.code(400).send({ error: error.message });
          throw error;
        }
      },
    });

  on('GET', '/apps', () => ({ apps: sandbox.apps.all().map(({ clientSecret: _secret, ...app }) => app) }));
  on('POST', '/apps', (body) => {
    const app = readApp(body);
    sandbox.apps.register(app);
    return { provider: app.provider, clientId: app.clientId };
  });
  on('DELETE', '/apps/:provider/:clientId', (_, params) => ({
    removed: sandbox.apps.remove(readProvider(params), params['clientId'] ?? ''),
  }));

  on('GET', '/faults', () => ({ faults: sandbox.faults.all() }));
  on('POST', '/faults', (body) => sandbox.faults.add(readFault(body)));
  on('DELETE', '/faults', () => ({ cleared: sandbox.faults.clear() }));
  on('DELETE', '/faults/:id', (_, { id }) => ({ cleared: sandbox.faults.clear(id ?? '') }));

  on('GET', '/accounts', () => ({
    accounts: mockProviders.flatMap((one) =>
      sandbox.accountsOf(one).map((account) => controlled(sandbox, one, account)),
    ),
  }));
  on('POST', '/accounts', (body) => {
    const mockProvider = find(mockProviders, body);
    const id = required(text(body['account']), 'account must be the id of the new account');
    if (sandbox.findAccount(mockProvider, id)) throw new ControlError(`there is an account ${id}`);
    const sizes = readSizes(body['sizes'], mockProvider.sizeNames);
    sandbox.addAccount(mockProvider.id, { id, name: `Account ${id}`, note: 'Added by a test', sizes });
    return { provider: mockProvider.id, id };
  });
  on('PUT', '/sizes', (body) => {
    const mockProvider = find(mockProviders, body);
    const sizes = readSizes(body['sizes'], mockProvider.sizeNames);
    const accounts = chosen(sandbox, mockProvider, body);
    for (const account of accounts) sandbox.resize(mockProvider.id, account.id, sizes);
    return { accounts: accounts.map((account) => controlled(sandbox, mockProvider, account)) };
  });

  on('PUT', '/items', (body) => {
    const mockProvider = find(mockProviders, body);
    const { id: provider, items, hooks } = mockProvider;
    const account = sandbox.findAccount(mockProvider, text(body['account']));
    const known = () => mockProvider.accounts.map(({ id }) => id).join(', ');
    const data = sandbox.dataOf(provider, required(account, `account must be one of ${known()}, or have been added`));
    const edited = (Array.isArray(body['items']) ? body['items'].map(fields) : [body]).map((one) => {
      const request = readEdit(one, items, sandbox.now());
      const { id, events } = items.edit(data, request);
      return { item: { type: request.type, id, modified: new Date(request.change.modified).toISOString() }, events };
    });
    const events = edited.flatMap((one) => one.events);
    if (hooks) hooks.publish({ sandbox, mockProvider }, data, events);
    else sandbox.publish(mockProvider, data, events);
    return Array.isArray(body['items']) ? { items: edited.map(({ item }) => item) } : (edited[0]?.item ?? {});
  });

  webhookRoutes(on, sandbox, mockProviders);
  journalRoutes(on, sandbox);

  on('GET', '/limits', () => Object.fromEntries(PROVIDER_IDS.map((id) => [id, sandbox.limits.inForce(id)])));
  on('PUT', '/limits', (body) => {
    const provider = readProvider(body);
    const rule = text(body['rule']);
    const rules = Object.keys(sandbox.limits.inForce(provider));
    if (rule !== undefined && !rules.includes(rule)) throw new ControlError(`rule must be one of ${rules.join(', ')}`);
    sandbox.limits.set(provider, rule, readLimit(body['limit']));
    return sandbox.limits.inForce(provider);
  });

  on('POST', '/tokens/expire', (body) => {
    const grants = sandbox.grants.matching(aimedAt(body));
    for (const grant of grants) expireAccess(grant, sandbox.now());
    return { grants: grants.length };
  });
  on('POST', '/tokens/revoke', (body) => {
    const grants = sandbox.grants.matching(aimedAt(body));
    const what = text(body['what']);
    if (what === 'access' || what === 'refresh')
      for (const token of grants.flatMap((grant) => grant[what])) token.dead = true;
    else revokeGrants({ sandbox, mockProvider: find(mockProviders, body) }, grants, true);
    return { grants: grants.length };
  });
  server.post('/control/tokens', (request, reply) => {
    const body = (request.body as ParsedBody | undefined)?.fields ?? {};
    const mockProvider = mockProviders.find(({ id }) => id === body['provider']);
    const app =
      mockProvider && sandbox.apps.find(mockProvider.id, text(body['clientId']) ?? `sandbox-${mockProvider.id}`);
    if (!mockProvider || !app) return reply.code(400).send({ error: 'no such provider or app' });
    const context: RouteContext = { sandbox, mockProvider };
    const mockRequest = toMockRequest(context, { kind: 'token' }, request, '/control/tokens', []);
    const request_ = { app, redirectUri: '', redirectUriGiven: true, state: undefined, challenge: undefined };
    const scopes = { scopes: strings(body['scopes']), userScopes: strings(body['userScopes']) };
    const all = scopes.scopes.length + scopes.userScopes.length === 0 ? mockProvider.oauth.allScopes : scopes;
    const account = text(body['account']) ?? mockProvider.accounts[0]?.id ?? '';
    send(reply, consented(sandbox, mockProvider, mockRequest, { ...request_, ...all }, account));
    return reply;
  });

  on('POST', '/clock', (body) => {
    if (typeof body['advanceSeconds'] !== 'number') throw new ControlError('advanceSeconds must be a number');
    sandbox.advance(body['advanceSeconds']);
    return { now: new Date(sandbox.now()).toISOString() };
  });
  on('GET', '/log', (_, { provider }) => {
    if (provider !== undefined) return sandbox.log.of(readProvider({ provider }));
    return Object.fromEntries(PROVIDER_IDS.map((id) => [id, sandbox.log.of(id)]));
  });
  on('DELETE', '/log', () => {
    sandbox.log.reset();
    return { cleared: true };
  });
  on('POST', '/reset', () => {
    sandbox.reset();
    return { reset: true };
  });
}

function find(mockProviders: readonly MockProvider[], body: Fields): MockProvider {
  const provider = readProvider(body);
  const mockProvider = mockProviders.find(({ id }) => id === provider);
  if (!mockProvider) throw new ControlError(`no mock provider for ${provider}`);
  return mockProvider;
}

function chosen(sandbox: SandboxState, mockProvider: MockProvider, body: Fields): readonly Account[] {
  const wanted = text(body['account']);
  if (wanted === undefined) return sandbox.accountsOf(mockProvider);
  return [required(sandbox.findAccount(mockProvider, wanted), `${mockProvider.id} has no account ${wanted}`)];
}

const controlled = (sandbox: SandboxState, { id }: MockProvider, account: Account): ControlledAccount => ({
  provider: id,
  id: account.id,
  name: account.name,
  sizes: sandbox.sizesOf(id, account),
});

function aimedAt(body: Fields): (grant: Grant) => boolean {
  const provider = readProvider(body);
  const account = text(body['account']);
  return (grant) => grant.provider === provider && (account === undefined || grant.accountId === account);
}
