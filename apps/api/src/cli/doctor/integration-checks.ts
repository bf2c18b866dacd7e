import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { randomBytes } from 'node:crypto';
import { HttpClient } from '@causeway/http-client';
import { TokenClient } from '@causeway/oauth';
import type { Configuration } from '../../configuration/configuration.js';
import { definitions } from '../../integrations/definitions.js';
import { effectiveDefinition } from '../../integrations/effective-definition.js';
import type { IntegrationDefinition } from '../../integrations/integration-definition.js';
import type { Finding } from './finding.js';

/** RFC 6749, 5.2. */
const CLIENT_ERRORS = ['invalid_client', 'unauthorized_client'];
const CONNECT_TIMEOUT_MS = 5_000;

/** @param isOffline asks no provider */
export async function inspectIntegrations(config: Configuration, isOffline: boolean): Promise<Finding[]> {
  if (config.mode === 'sandbox')
    return [{ check: 'integrations', status: 'ok', detail: 'mock providers, since this is sandbox mode' }];
  const http = new HttpClient();
  try {
    const found = await Promise.all(definitions.map((definition) => inspectOne(config, definition, http, isOffline)));
    if (found.flat().length > 0) return found.flat();
  } finally {
    await http.close();
  }
  return [
    {
      check: 'integrations',
      status: 'fail',
      detail: 'no integration has a client id: nobody can connect anything',
      advice: 'Register an app at a provider and set <ID>_CLIENT_ID and <ID>_CLIENT_SECRET.',
    },
  ];
}

/** Nothing for an integration that is not configured: few installations have all. */
async function inspectOne(
  config: Configuration,
  documented: IntegrationDefinition,
  http: HttpClient,
  isOffline: boolean,
): Promise<Finding[]> {
  const { id } = documented;
  const settings = config.integrations[id];
  if (settings?.client == null) return [];
  const definition = effectiveDefinition(documented, settings, null);
  const redirectUri = settings.redirectUri ?? `${config.publicUrl}/integrations/${id}/oauth2callback`;
  const registered: Finding = {
    check: id,
    status: 'ok',
    detail: `configured; register ${redirectUri} at the provider`,
  };
  if (isOffline) return [registered];
  const unreachable = (
    await Promise.all([definition.token.url, definition.api.url].map((url) => reach(id, url)))
  ).flat();
  if (unreachable.length > 0) return [registered, ...unreachable];
  const { id: clientId, secret: clientSecret } = settings.client;
  const scopes = settings.scopes ?? definition.authorization.scopes;
  const tokens = new TokenClient(http, { provider: definition, clientId, clientSecret, redirectUri, scopes });
  return [
    registered,
    { check: id, status: 'ok', detail: 'token endpoint and API can be reached' },
    await inspectClient(definition, tokens),
  ];
}

/** A refresh token that nobody has shows whether the client is accepted: endpoints authenticate it first, and change nothing. */
async function inspectClient({ id, token }: IntegrationDefinition, tokens: TokenClient): Promise<Finding> {
  const credential = { accessToken: '', refreshToken: randomBytes(32).toString('hex'), expiresAt: null, scopes: [] };
  const outcome = await tokens.refresh(credential);
  const { kind, code } = 'failure' in outcome ? outcome.failure : { kind: 'refreshed', code: '' };
  if ([...CLIENT_ERRORS, ...(token.errors?.configuration ?? [])].includes(code))
    return {
      check: id,
      status: 'fail',
      detail: 'the token endpoint refuses the client id or the secret',
      advice: `Compare ${id.toUpperCase()}_CLIENT_ID and ${id.toUpperCase()}_CLIENT_SECRET with the provider's page of the app.`,
    };
  if (kind === 'revoked')
    return { check: id, status: 'ok', detail: 'the token endpoint accepts the client id and the secret' };
  return {
    check: id,
    status: 'warn',
    detail: 'whether the client id and the secret are right cannot be told from outside',
  };
}

/** @returns a finding where it cannot be connected to */
async function reach(check: string, url: string): Promise<Finding[]> {
  const { protocol, hostname, port, host } = new URL(url);
  const isSecure = protocol === 'https:';
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isSecure ? 443 : 80)) };
  const reason = await new Promise<string | null>((resolve) => {
    const socket = isSecure
      ? connectTls({ ...address, servername: address.host }, () => settle(null))
      : connectPlain(address, () => settle(null));
    const settle = (outcome: string | null) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => settle(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'unknown error'));
  });
  if (reason === null) return [];
  return [
    {
      check,
      status: 'fail',
      detail: `${host} cannot be reached (${reason})`,
      advice: 'Allow outgoing connections to it, and check DNS and the proxy.',
    },
  ];
}
