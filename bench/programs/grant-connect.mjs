// The same flow with grant, set up as its documentation says for a server without a framework, with state and PKCE switched on: sessions in
// Redis, or in memory without REDIS_URL.
import { createServer } from 'node:http';
import grant from 'grant';
import { createClient } from 'redis';

const { PORT = '', PROVIDER = '', REDIS_URL } = process.env;
/** As long as an authorization request of Causeway. */
const SESSION_SECONDS = 600;

const inMemory = () => {
  const sessions = new Map();
  return {
    get: async (/** @type {string} */ id) => sessions.get(id),
    set: async (/** @type {string} */ id, /** @type {unknown} */ value) => void sessions.set(id, value),
    remove: async (/** @type {string} */ id) => void sessions.delete(id),
  };
};

/** @param {string} url */
const inRedis = async (url) => {
  const client = await createClient({ url }).connect();
  const keyOf = (/** @type {string} */ id) => `session:${id}`;
  return {
    get: async (/** @type {string} */ id) => JSON.parse((await client.get(keyOf(id))) ?? 'null') ?? undefined,
    set: async (/** @type {string} */ id, /** @type {unknown} */ value) =>
      void (await client.set(keyOf(id), JSON.stringify(value), { EX: SESSION_SECONDS })),
    remove: async (/** @type {string} */ id) => void (await client.del(keyOf(id))),
  };
};

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
    store: REDIS_URL === undefined ? inMemory() : await inRedis(REDIS_URL),
  },
});

createServer((request, response) => {
  if (!request.url?.startsWith('/connect/')) return response.end('ready');
  return connect(request, response).catch(() => response.writeHead(500).end());
}).listen(Number(PORT), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));
