import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { freePort, removeFolder, root, start, startServer, temporaryFolder } from './processes.mjs';

/** @typedef {import('./processes.mjs').Running} Running */
/** @typedef {'embedded' | 'redis'} StoreKind */

/** @param {StoreKind} kind */
export const storeName = (kind) => (kind === 'redis' ? 'Redis' : 'embedded store');

export const ADMIN_KEY = randomBytes(32).toString('hex');

/** 32 bytes, as the configuration requires. */
export const ENCRYPTION_KEY = { id: 'k1', secret: randomBytes(32).toString('base64') };

/** The arguments of Node in `npm run start:prod` of that checkout. @param {string} build */
async function startCommand(build) {
  const { scripts } = JSON.parse(await readFile(`${build}package.json`, 'utf8'));
  const [exec, node, ...args] = scripts['start:prod'].split(' ');
  if (exec !== 'exec' || node !== 'node') throw new Error('start:prod is not "exec node …"');
  return args.map((/** @type {string} */ arg) => (arg.endsWith('.js') ? build + arg : arg));
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

/**
 * HubSpot at the mock provider, without our rate limit.
 * @param {string} base of the mock provider, without `/hubspot`
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

/** Notion at the mock provider. @param {string} base */
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
 * @param {{ env: Record<string, string>; redis?: { url: string } | undefined; folder: string; build?: string }} options `build`: the checkout to run
 * @returns {Promise<Running>}
 */
export async function startService({ env, redis, folder, build = root }) {
  const port = await freePort();
  return startServer(process.execPath, await startCommand(build), {
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
      // All callers of a benchmark are of one organization.
      LIMIT_PROXIED_PER_ORG: '1000',
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...env,
    },
  });
}

/**
 * A request to the service's API.
 * @param {string} url
 * @param {{ method?: string; body?: object; key?: string }} [request]
 * @returns {Promise<any>}
 */
export async function requestJson(url, { method = 'GET', body, key = ADMIN_KEY } = {}) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
