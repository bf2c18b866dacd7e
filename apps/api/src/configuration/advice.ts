import type { Configuration } from './configuration.js';

const HOUR_MS = 3_600_000;

/** What is allowed and hardly ever meant: sentences for the log at start. */
export function advice({ mode, publicUrl, integrations, credentialTtlMs }: Configuration): string[] {
  if (mode === 'sandbox') return [];
  const hasIntegration = Object.values(integrations).some(({ client }) => client !== null);
  const plainProviders = Object.entries(integrations)
    .filter(([, { client, tokenUrl, apiUrl }]) => client !== null && [tokenUrl, apiUrl].some(isReadableOnTheWay))
    .map(([id]) => id);
  return [
    ...plainProviders.map(
      (id) => `the requests to ${id} go over plain http: tokens can be read on the way. Give an https address.`,
    ),
    ...(credentialTtlMs !== null && credentialTtlMs < HOUR_MS
      ? [
          `CREDENTIAL_TTL_SECONDS is ${credentialTtlMs / 1000}: a connection that nobody uses for so many seconds is forgotten for good`,
        ]
      : []),
    ...(isReadableOnTheWay(publicUrl)
      ? ['PUBLIC_URL is plain http: cookies and keys can be read on the way. Put a proxy with https in front.']
      : []),
    ...(hasIntegration
      ? []
      : [
          'no integration is configured, so nothing can be connected: set <ID>_CLIENT_ID and <ID>_CLIENT_SECRET of one',
        ]),
  ];
}

/** On this machine only, nobody is on the way. */
function isReadableOnTheWay(url: string | null): boolean {
  if (url === null) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
