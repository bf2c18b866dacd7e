import { isObject, type JsonObject } from '@causeway/http-client';

/** A successful answer of a token endpoint. */
export interface Grant {
  accessToken: string;
  refreshToken: string | null;
  /** Milliseconds since the epoch; `null`: the provider states no end. */
  expiresAt: number | null;
  /** `null`: not stated, which means what was asked for (RFC 6749, 5.1). */
  scopes: string[] | null;
  /** The whole answer, for what providers tell beside the tokens (workspace, portal, team). Holds secrets: never stored, never shown. */
  answer: JsonObject;
}

/**
 * Reads a token answer (RFC 6749, 5.1) with the oddities that providers document: no `expires_in`, scopes as a list, as a text with
 * spaces or with commas, the tokens in a nested member. `token_type` is ignored on purpose: Airtable's has a trailing space, Slack's is
 * `bot` or `user`, and all of them want `Bearer`.
 * @returns `null` where the answer holds no access token.
 */
export function readGrant(answer: unknown, nestedGrant: string | undefined, now: number): Grant | null {
  if (!isObject(answer)) return null;
  const nested = nestedGrant === undefined ? undefined : answer[nestedGrant];
  const grant = isText(answer['access_token']) || !isObject(nested) ? answer : nested;
  const accessToken = grant['access_token'];
  if (!isText(accessToken)) return null;
  const refreshToken = grant['refresh_token'];
  return {
    accessToken,
    refreshToken: isText(refreshToken) ? refreshToken : null,
    expiresAt: endOf(grant['expires_in'], now),
    scopes: readScopes(grant['scope'] ?? grant['scopes']),
    answer,
  };
}

/** Three centuries: what says more than that, or less than a second, says nothing that could be used. */
const LONGEST_SECONDS = 1e10;

function endOf(expiresIn: unknown, now: number): number | null {
  const seconds = typeof expiresIn === 'string' && expiresIn !== '' ? Number(expiresIn) : expiresIn;
  return typeof seconds === 'number' && seconds >= 1 && seconds <= LONGEST_SECONDS ? now + seconds * 1000 : null;
}

function readScopes(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.filter(isText);
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((scope) => scope !== '') : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
