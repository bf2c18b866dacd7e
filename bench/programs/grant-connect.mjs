// The same flow with grant, set up as its documentation says for a server without a framework: sessions in memory, state and PKCE switched on.
import { createServer } from 'node:http';
import grant from 'grant';

const { PORT = '', PROVIDER = '' } = process.env;
const sessions = new Map();
// Its types lack this handler.
const { node } = /** @type {any} */ (grant);
const connect = node({
  config: {
    defaults: { origin: `http://127.0.0.1:${PORT}`, transport: 'session', state: true, pkce: true, callback: '/done' },
    hubspot: {
      oauth: 2,
      scope_delimiter: ' ',
      authorize_url: `${PROVIDER}/hubspot/oauth/authorize`,
      access_url: `${PROVIDER}/hubspot/oauth/2026-09/token`,
      key: 'sandbox-hubspot',
      secret: 'sandbox-hubspot-secret',
      scope: ['oauth', 'crm.objects.contacts.read'],
    },
    notion: {
      oauth: 2,
      pkce: false,
      authorize_url: `${PROVIDER}/notion/v1/oauth/authorize`,
      access_url: `${PROVIDER}/notion/v1/oauth/token`,
      token_endpoint_auth_method: 'client_secret_basic',
      custom_params: { owner: 'user' },
      key: 'sandbox-notion',
      secret: 'sandbox-notion-secret',
    },
  },
  session: {
    secret: 'a secret of the bench',
    store: {
      get: async (/** @type {string} */ id) => sessions.get(id),
      set: async (/** @type {string} */ id, /** @type {unknown} */ value) => void sessions.set(id, value),
      remove: async (/** @type {string} */ id) => void sessions.delete(id),
    },
  },
});

createServer((request, response) => {
  if (!request.url?.startsWith('/connect/')) return response.end('ready');
  return connect(request, response).catch(() => response.writeHead(500).end());
}).listen(Number(PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
