import { isIssuer } from './issuer.js';
import type { OAuthProvider } from './oauth-provider.js';

const provider = (issuer: string | undefined): OAuthProvider => ({
  id: 'some',
  name: 'Some',
  authorization: {
    url: 'https://app.some.example/authorize',
    pkce: true,
    scopes: [],
    scopeSeparator: ' ',
    issuer,
  },
  token: { url: 'https://api.some.example/token', clientAuthentication: 'basic', body: 'form' },
  refresh: { onUnauthorized: true },
});

it.each([
  ['the host of the authorization endpoint', undefined, 'https://app.some.example', true],
  ['a path on the host of the token endpoint', undefined, 'https://api.some.example/oauth', true],
  ['another host', undefined, 'https://evil.example', false],
  ['a host that only begins the same', undefined, 'https://app.some.example.evil.example', false],
  ['another port', undefined, 'https://app.some.example:8443', false],
  ['no URL', undefined, 'app.some.example', false],
  ['what the definition says', 'https://id.some.example', 'https://id.some.example', true],
  ['what the definition does not say, to the last slash', 'https://id.some.example', 'https://id.some.example/', false],
  [
    'a host of an endpoint where the definition says another',
    'https://id.some.example',
    'https://app.some.example',
    false,
  ],
])('%s', (_, issuer, iss, expected) => {
  expect(isIssuer(provider(issuer), iss)).toBe(expected);
});
