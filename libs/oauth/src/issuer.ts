import type { OAuthProvider } from './oauth-provider.js';

/**
 * Whether `iss` of an authorization response (RFC 9207) is this provider's: what its definition says or, where that says nothing, an
 * identifier on the host of its authorization or token endpoint. Each integration has a redirect URI of its own, which already keeps
 * one provider's answer from being taken for another's; a wrong `iss` says that something is mixed up all the same.
 */
export function isIssuer({ authorization, token }: OAuthProvider, iss: string): boolean {
  if (authorization.issuer !== undefined) return iss === authorization.issuer;
  const host = hostOf(iss);
  return host !== null && [authorization.url, token.url].some((url) => hostOf(url) === host);
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
