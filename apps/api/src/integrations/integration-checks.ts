import { randomBytes } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TokenClient } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import type { IntegrationDefinition } from './integration-definition.js';

export const CHECK_STATUSES = ['ok', 'warn', 'fail'] as const;

export interface IntegrationCheck {
  name: 'network' | 'client';
  status: (typeof CHECK_STATUSES)[number];
  detail: string;
  /** What to do. */
  advice?: string;
}

/** RFC 6749, 5.2. */
const CLIENT_ERRORS = ['invalid_client', 'unauthorized_client'];
const CONNECT_TIMEOUT_MS = 5_000;

/** Asks the provider: can it be reached, and does it accept the client id and the secret? */
export async function checkIntegration(
  definition: IntegrationDefinition,
  tokens: TokenClient,
): Promise<IntegrationCheck[]> {
  const unreachable = (await Promise.all([definition.token.url, definition.api.url].map(reach))).flat();
  if (unreachable.length > 0) return unreachable;
  return [
    { name: 'network', status: 'ok', detail: 'token endpoint and API can be reached' },
    await checkClient(definition, tokens),
  ];
}

/**
 * A refresh token, or a code, that nobody has shows whether the client is accepted: endpoints authenticate it first, and change nothing.
 * Some apps have no refresh tokens.
 */
async function checkClient({ id, token }: IntegrationDefinition, tokens: TokenClient): Promise<IntegrationCheck> {
  const isRefused = (code: string) => [...CLIENT_ERRORS, ...(token.errors?.configuration ?? [])].includes(code);
  const isAccepted = (code: string) => ['invalid_grant', ...(token.errors?.revoked ?? [])].includes(code);
  let code = await codeOfRefresh(tokens);
  if (!isRefused(code) && !isAccepted(code)) code = await codeOfExchange(tokens);
  if (isRefused(code))
    return {
      name: 'client',
      status: 'fail',
      detail: 'the token endpoint refuses the client id or the secret',
      advice: `Compare ${id.toUpperCase()}_CLIENT_ID and ${id.toUpperCase()}_CLIENT_SECRET with the provider's page of the app.`,
    };
  if (isAccepted(code))
    return { name: 'client', status: 'ok', detail: 'the token endpoint accepts the client id and the secret' };
  return {
    name: 'client',
    status: 'warn',
    detail: 'whether the client id and the secret are right cannot be told from outside',
  };
}

async function codeOfRefresh(tokens: TokenClient): Promise<string> {
  const outcome = await tokens.refresh({ accessToken: '', refreshToken: nobodysToken(), expiresAt: null, scopes: [] });
  return 'failure' in outcome ? outcome.failure.code : '';
}

async function codeOfExchange(tokens: TokenClient): Promise<string> {
  const error: unknown = await tokens.exchangeCode({ code: nobodysToken() }).catch((thrown: unknown) => thrown);
  return error instanceof Problem ? (error.details.providerCode ?? '') : '';
}

function nobodysToken(): string {
  return randomBytes(32).toString('hex');
}

/** @returns a check that failed where it cannot be connected to */
async function reach(url: string): Promise<IntegrationCheck[]> {
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
      name: 'network',
      status: 'fail',
      detail: `${host} cannot be reached (${reason})`,
      advice: 'Allow outgoing connections to it, and check DNS and the proxy.',
    },
  ];
}
