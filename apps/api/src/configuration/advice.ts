import type { Configuration } from './configuration.js';

/** What is allowed and hardly ever meant: sentences for the log at start. */
export function advice({ mode, publicUrl, integrations }: Configuration): string[] {
  if (mode === 'sandbox') return [];
  const { protocol, hostname } = new URL(publicUrl);
  // On this machine only, nobody is on the way.
  const isPlain = protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const hasIntegration = Object.values(integrations).some(({ client }) => client !== null);
  return [
    ...(isPlain
      ? ['PUBLIC_URL is plain http: cookies and keys can be read on the way. Put a proxy with https in front.']
      : []),
    ...(hasIntegration
      ? []
      : [
          'no integration is configured, so nothing can be connected: set <ID>_CLIENT_ID and <ID>_CLIENT_SECRET of one',
        ]),
  ];
}
