import type { FastifyInstance } from 'fastify';
import type { ParsedBody } from '../core/call.js';
import { fields, type Fields, strings, text } from '../core/fields.js';
import { PROVIDER_IDS } from '../core/provider-id.js';
import { send, toCall } from '../core/serve.js';
import type { Here, StandIn } from '../core/stand-in.js';
import type { World } from '../core/world.js';
import { expireAccess, type Grant } from '../oauth/grants.js';
import { consented } from '../oauth/token-endpoint.js';
import type { ControlledAccount } from './control-types.js';
import { ControlError, readApp, readFault, readLimit, readProvider, readSizes } from './read-request.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Act = (body: Fields, params: Record<string, string>) => object;

/** JSON in, JSON out, under /control. Never behind a fault or a limit. */
export function controlRoutes(server: FastifyInstance, world: World, standIns: readonly StandIn[]): void {
  const on = (method: Method, path: string, act: Act) =>
    server.route({
      method,
      url: `/control${path}`,
      handler: (request, reply) => {
        try {
          const body = (request.body as ParsedBody | undefined)?.fields ?? {};
          return reply.send(
            act(body, { ...fields(request.query), ...fields(request.params) } as Record<string, string>),
          );
        } catch (error) {
          if (error instanceof ControlError) return reply.code(400).send({ error: error.message });
          throw error;
        }
      },
    });

  on('GET', '/apps', () => ({ apps: world.apps.all().map(({ clientSecret: _secret, ...app }) => app) }));
  on('POST', '/apps', (body) => {
    const app = readApp(body);
    world.apps.register(app);
    return { provider: app.provider, clientId: app.clientId };
  });
  on('DELETE', '/apps/:provider/:clientId', (_, params) => ({
    removed: world.apps.remove(readProvider(params), params['clientId'] ?? ''),
  }));

  on('GET', '/faults', () => ({ faults: world.faults.all() }));
  on('POST', '/faults', (body) => world.faults.add(readFault(body)));
  on('DELETE', '/faults', () => ({ cleared: world.faults.clear() }));
  on('DELETE', '/faults/:id', (_, { id }) => ({ cleared: world.faults.clear(id ?? '') }));

  on('GET', '/accounts', () => ({ accounts: standIns.flatMap((standIn) => accountsOf(world, standIn)) }));
  on('PUT', '/sizes', (body) => {
    const standIn = find(standIns, body);
    const sizes = readSizes(body['sizes'], standIn.sizeNames);
    for (const account of chosen(standIn, body)) world.resize(standIn.id, account.id, sizes);
    return { accounts: accountsOf(world, standIn) };
  });

  on('GET', '/limits', () => Object.fromEntries(PROVIDER_IDS.map((id) => [id, world.limits.inForce(id)])));
  on('PUT', '/limits', (body) => {
    const provider = readProvider(body);
    const rule = text(body['rule']);
    const rules = Object.keys(world.limits.inForce(provider));
    if (rule !== undefined && !rules.includes(rule)) throw new ControlError(`rule must be one of ${rules.join(', ')}`);
    world.limits.set(provider, rule, readLimit(body['limit']));
    return world.limits.inForce(provider);
  });

  on('POST', '/tokens/expire', (body) => {
    const grants = world.grants.matching(aimedAt(body));
    for (const grant of grants) expireAccess(grant, world.now());
    return { grants: grants.length };
  });
  on('POST', '/tokens/revoke', (body) => {
    const grants = world.grants.matching(aimedAt(body));
    for (const grant of grants) revoke(grant, text(body['what']));
    return { grants: grants.length };
  });
  server.post('/control/tokens', (request, reply) => {
    const body = (request.body as ParsedBody | undefined)?.fields ?? {};
    const standIn = standIns.find(({ id }) => id === body['provider']);
    const app = standIn && world.apps.find(standIn.id, text(body['clientId']) ?? `sandbox-${standIn.id}`);
    if (!standIn || !app) return reply.code(400).send({ error: 'no such provider or app' });
    const here: Here = { world, standIn };
    const call = toCall(here, { kind: 'token' }, request, '/control/tokens', []);
    const request_ = { app, redirectUri: '', redirectUriGiven: true, state: undefined, challenge: undefined };
    const scopes = { scopes: strings(body['scopes']), userScopes: strings(body['userScopes']) };
    const all = scopes.scopes.length + scopes.userScopes.length === 0 ? standIn.oauth.allScopes : scopes;
    const account = text(body['account']) ?? standIn.accounts[0]?.id ?? '';
    send(reply, consented(world, standIn, call, { ...request_, ...all }, account));
    return reply;
  });

  on('POST', '/clock', (body) => {
    if (typeof body['advanceSeconds'] !== 'number') throw new ControlError('advanceSeconds must be a number');
    world.advance(body['advanceSeconds']);
    return { now: new Date(world.now()).toISOString() };
  });
  on('GET', '/log', (_, { provider }) => {
    if (provider !== undefined) return world.log.of(readProvider({ provider }));
    return Object.fromEntries(PROVIDER_IDS.map((id) => [id, world.log.of(id)]));
  });
  on('DELETE', '/log', () => {
    world.log.reset();
    return { cleared: true };
  });
  on('POST', '/reset', () => {
    world.reset();
    return { reset: true };
  });
}

function find(standIns: readonly StandIn[], body: Fields): StandIn {
  const provider = readProvider(body);
  const standIn = standIns.find(({ id }) => id === provider);
  if (!standIn) throw new ControlError(`no stand-in for ${provider}`);
  return standIn;
}

function chosen(standIn: StandIn, body: Fields): StandIn['accounts'] {
  const wanted = text(body['account']);
  const accounts = standIn.accounts.filter(({ id }) => wanted === undefined || id === wanted);
  if (accounts.length === 0) throw new ControlError(`${standIn.id} has no account ${wanted}`);
  return accounts;
}

const accountsOf = (world: World, standIn: StandIn): ControlledAccount[] =>
  standIn.accounts.map((account) => ({
    provider: standIn.id,
    id: account.id,
    name: account.name,
    sizes: world.sizesOf(standIn.id, account),
  }));

function aimedAt(body: Fields): (grant: Grant) => boolean {
  const provider = readProvider(body);
  const account = text(body['account']);
  return (grant) => grant.provider === provider && (account === undefined || grant.accountId === account);
}

function revoke(grant: Grant, what: string | undefined): void {
  if (what === 'access' || what === 'refresh') for (const token of grant[what]) token.dead = true;
  else grant.revoked = true;
}
