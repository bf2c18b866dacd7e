// The bare redirects: to the provider, back, and one token request. Checks and stores nothing.
import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';

const { PORT = '', PROVIDER = '' } = process.env;
const redirectUri = `http://127.0.0.1:${PORT}/callback`;
const client = { client_id: 'sandbox-hubspot', client_secret: 'sandbox-hubspot-secret' };

const server = Fastify();
server.get('/ready', async () => ({}));
server.get('/start', async (_request, reply) => {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state: randomBytes(16).toString('hex'),
  });
  return reply.redirect(`${PROVIDER}/hubspot/oauth/authorize?${query}`);
});
server.get('/callback', async (request) => {
  const { code = '' } = /** @type {{ code?: string }} */ (request.query);
  const body = new URLSearchParams({ ...client, grant_type: 'authorization_code', redirect_uri: redirectUri, code });
  const response = await fetch(`${PROVIDER}/hubspot/oauth/2026-09/token`, { method: 'POST', body });
  const { access_token: token } = /** @type {{ access_token: string }} */ (await response.json());
  return { connected: token.length > 0 };
});
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
