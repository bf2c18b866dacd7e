import { isObject, type JsonObject } from '@causeway/http-client';

/** A successful response of a token endpoint. */
export interface Grant {
  accessToken: string;
  refreshToken: string | null;
  /** Milliseconds since the epoch; `null`: the provider states no lifetime. */
  expiresAt: number | null;
  /** Of the refresh token, as `expiresAt`. No specification has it; Airtable says it. */
  refreshExpiresAt?: number | null;
  /** `null`: not stated, which means those that were requested (RFC 6749, 5.1). */
  scopes: string[] | null;
  /** The whole response, for what providers add to it (workspace, portal, team). Holds secrets: never stored, never shown. */
  response: JsonObject;
}

/**
 * Reads a token response (RFC 6749, 5.1) with the deviations that providers document: no `expires_in`; scopes as a list, or separated by
 * spaces or commas; tokens in a nested member. `token_type` is ignored because Airtable's has a trailing space and Slack's is `bot` or
 * `user`, though all of them mean `Bearer`.
 * @returns `null` if the response has no access token.
 */
export function readGrant(response: unknown, nestedGrant: string | undefined, now: number): Grant | null {
  if (!isObject(response)) return null;
  const nested = nestedGrant === undefined ? undefined : response[nestedGrant];
  const grant = readToken(response['access_token']) !== null || !isObject(nested) ? response : nested;
  const accessToken = readToken(grant['access_token']);
  if (accessToken === null) return null;
  return {
    accessToken,
    refreshToken: readToken(grant['refresh_token']),
    expiresAt: expiryOf(grant['expires_in'], now),
    refreshExpiresAt: expiryOf(grant['refresh_expires_in'], now),
    scopes: readScopes(grant['scope'] ?? grant['scopes']),
    response,
  };
}

/** Without blanks around it, which a header would not keep. */
function readToken(value: unknown): string | null {
  const token = typeof value === 'string' ? value.trim() : '';
  return token === '' ? null : token;
}

/** Three centuries; a longer lifetime, or one of less than a second, counts as not stated. */
const MAX_LIFETIME_SECONDS = 1e10;

function expiryOf(expiresIn: unknown, now: number): number | null {
  const seconds = typeof expiresIn === 'string' && expiresIn !== '' ? Number(expiresIn) : expiresIn;
  return typeof seconds === 'number' && seconds >= 1 && seconds <= MAX_LIFETIME_SECONDS ? now + seconds * 1000 : null;
}

function readScopes(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.filter(isNonEmptyString);
  return typeof value === 'string' ? value.split(/[\s,]+/).filter(isNonEmptyString) : null;
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
