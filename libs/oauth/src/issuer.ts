import type { OAuthProvider } from './oauth-provider.js';

/**
 * Whether `iss` of an authorization response (RFC 9207) is this provider's: the stated issuer or, if none is stated, any identifier on the
 * host of the authorization or token endpoint. The redirect URI of each integration already prevents mix-up attacks; a wrong `iss` shows a
 * misconfiguration.
 */
export function isIssuer({ authorization, token }: OAuthProvider, iss: string): boolean {
  if (authorization.issuer !== undefined) return iss === authorization.issuer;
  const host = hostOf(iss);
  return host !== null && [authorization.url, token.url].some((url) => hostOf(url) === host);
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
