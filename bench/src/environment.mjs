import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { freePort, removeFolder, root, start, startServer, temporaryFolder } from './processes.mjs';

/** @typedef {import('./processes.mjs').Running} Running */
/** @typedef {'embedded' | 'redis'} StoreKind */

/** @param {StoreKind} kind */
export const storeName = (kind) => (kind === 'redis' ? 'Redis' : 'embedded store');

export const ADMIN_KEY = randomBytes(32).toString('hex');

/** 32 bytes, as the configuration wants them. */
export const ENCRYPTION_KEY = { id: 'k1', secret: randomBytes(32).toString('base64') };

/** The arguments of Node in `npm run start:prod`. */
async function startCommand() {
  const { scripts } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
  const [exec, node, ...args] = scripts['start:prod'].split(' ');
  if (exec !== 'exec' || node !== 'node') throw new Error('start:prod is not "exec node …" any more');
  return args.map((/** @type {string} */ arg) => (arg.endsWith('.js') ? root + arg : arg));
}

/** A Redis as a deployment has it: with an append-only file, written to the disk once a second. */
export async function startRedis() {
  const folder = await temporaryFolder('redis');
  const port = await freePort();
  const settings = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec', '--loglevel', 'notice'];
  const running = start('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...settings]);
  const deadline = performance.now() + 10_000;
  while (!running.output().includes('Ready to accept connections')) {
    if (performance.now() > deadline) throw new Error(`redis-server does not start\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: running.child.pid ?? 0,
    async stop() {
      await running.stop();
      await removeFolder(folder);
    },
  };
}

/** The stand-ins in a process of their own, without the providers' rate limits. */
export async function startStandIns() {
  const folder = await temporaryFolder('stand-ins');
  const port = await freePort();
  const args = [`${root}dist/service/mock-providers.js`, `--port=${port}`];
  const running = await startServer(process.execPath, args, { port, path: '/control/limits', cwd: folder });
  const control = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object} */ body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${running.url}/control${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  for (const provider of ['notion', 'airtable', 'hubspot', 'slack'])
    await control('PUT', '/limits', { provider, limit: 'off' });
  return {
    ...running,
    control,
    async stop() {
      await running.stop();
      await removeFolder(folder);
    },
  };
}

/**
 * HubSpot at a stand-in: our limits are off as well, where a measurement is not about them.
 * @param {string} base of the stand-in, without `/hubspot`
 */
export const hubspotAt = (base) => ({
  HUBSPOT_CLIENT_ID: 'sandbox-hubspot',
  HUBSPOT_CLIENT_SECRET: 'sandbox-hubspot-secret',
  HUBSPOT_AUTHORIZATION_URL: `${base}/hubspot/oauth/authorize`,
  HUBSPOT_TOKEN_URL: `${base}/hubspot/oauth/2026-09/token`,
  HUBSPOT_REVOCATION_URL: `${base}/hubspot/oauth/2026-09/token/revoke`,
  HUBSPOT_API_URL: `${base}/hubspot`,
  HUBSPOT_RATE_LIMIT: 'off',
});

/** Notion likewise. @param {string} base */
export const notionAt = (base) => ({
  NOTION_CLIENT_ID: 'sandbox-notion',
  NOTION_CLIENT_SECRET: 'sandbox-notion-secret',
  NOTION_AUTHORIZATION_URL: `${base}/notion/v1/oauth/authorize`,
  NOTION_TOKEN_URL: `${base}/notion/v1/oauth/token`,
  NOTION_REVOCATION_URL: `${base}/notion/v1/oauth/revoke`,
  NOTION_API_URL: `${base}/notion`,
  NOTION_RATE_LIMIT: 'off',
});

/**
 * The service as a deployment runs it.
 * @param {{ env: Record<string, string>; redis?: { url: string } | undefined; folder: string; args?: string[] }} options
 * @returns {Promise<Running>}
 */
export async function startService({ env, redis, folder, args = [] }) {
  const port = await freePort();
  return startServer(process.execPath, [...args, ...(await startCommand())], {
    port,
    path: '/health/ready',
    cwd: folder,
    env: {
      CAUSEWAY_MODE: 'production',
      PORT: `${port}`,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ADMIN_KEY,
      ENCRYPTION_KEYS: `${ENCRYPTION_KEY.id}:${ENCRYPTION_KEY.secret}`,
      DATA_DIR: `${folder}/data`,
      LOG_LEVEL: 'warn',
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...env,
    },
  });
}

/**
 * A request of a back end.
 * @param {string} url
 * @param {{ method?: string; body?: object; key?: string }} [request]
 * @returns {Promise<any>}
 */
export async function ask(url, { method = 'GET', body, key = ADMIN_KEY } = {}) {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/**
 * One person's way: start, the page that it opens, the provider's consent, and back.
 * @param {string} service
 * @param {{ orgId: string; userId: string }} user
 * @param {'hubspot' | 'notion'} [integration]
 * @returns {Promise<string>} the id of the connection
 */
export async function connect(service, user, integration = 'hubspot') {
  const { authorizationUrl } = await ask(`${service}/integrations/${integration}/authorize`, {
    method: 'POST',
    body: user,
  });
  const opened = await fetch(authorizationUrl, { redirect: 'manual' });
  const cookie = opened.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const consent = opened.headers.get('location') ?? '';
  // A stand-in shows a page with a form; the stub sends everybody back at once.
  const shown = await fetch(consent, { redirect: 'manual' });
  const form = new URLSearchParams({ account: HUBSPOT_ACCOUNT, decision: 'allow' });
  const decided =
    shown.status === 302 ? shown : await fetch(consent, { method: 'POST', redirect: 'manual', body: form });
  const back = await fetch(decided.headers.get('location') ?? '', { headers: { cookie }, redirect: 'manual' });
  const id = /con_[0-9a-f]{32}/.exec(await back.text())?.[0];
  if (back.status !== 200 || id === undefined)
    throw new Error(`not connected: ${opened.status} ${decided.status} ${back.status}`);
  return id;
}

/** The account of the HubSpot stand-in that people choose here. */
const HUBSPOT_ACCOUNT = '147893286';

/**
 * So many connections of one organisation, a user each.
 * @param {string} service
 * @param {number} count
 * @param {string} [orgId]
 */
export async function connectMany(service, count, orgId = 'bench') {
  /** @type {string[]} */
  const ids = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next++;
      ids[number] = await connect(service, { orgId, userId: `user-${number}` });
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return ids;
}
