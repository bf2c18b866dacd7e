// Users who connect an account, `callers` at a time. Prints one line of JSON.
import { Agent, request } from 'node:http';

const [kind, url, key, integration, callers, seconds, most] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** @typedef {{ status: number; location: string; cookie: string; text: string }} Visited */

/**
 * @param {string} address
 * @param {{ method?: string; headers?: Record<string, string>; body?: string }} [options]
 * @returns {Promise<Visited>}
 */
const visit = (address, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const sent = request(address, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (/** @type {string} */ chunk) => (text += chunk));
      response.on('end', () => {
        const cookie = (response.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '', cookie, text });
      });
    });
    sent.on('error', reject).end(body);
  });

let number = 0;

/** @type {Record<string, () => Promise<Visited>>} */
const FLOWS = {
  async causeway() {
    const body = JSON.stringify({ orgId: 'bench', userId: `user-${process.pid}-${number++}`, finish: 'none' });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const started = await visit(`${url}/integrations/${integration}/authorize`, { method: 'POST', headers, body });
    const opened = await visit(JSON.parse(started.text).authorizationUrl);
    return back(opened);
  },
  async grant() {
    const opened = await visit(`${url}/connect/${integration}`);
    const response = await back(opened);
    // The address of the last page tells success from failure; the session holds the token.
    if (!response.location.startsWith('/done')) throw new Error(`grant: ${response.status} ${response.location}`);
    return { ...response, status: 200 };
  },
  async bare() {
    return back(await visit(`${url}/start`));
  },
};

/** To the provider, which redirects back at once. @param {Visited} opened */
async function back({ location, cookie }) {
  const allowed = await visit(location);
  return visit(allowed.location, { headers: cookie === '' ? {} : { cookie } });
}

/** @type {number[]} */
const took = [];
/** @type {string[]} */
const ids = [];
const end = performance.now() + Number(seconds) * 1000;
const began = performance.now();
const flow = FLOWS[kind ?? ''];
const worker = async () => {
  while (flow !== undefined && performance.now() < end && took.length + working < Number(most)) {
    working += 1;
    const start = performance.now();
    const { status, text } = await flow();
    working -= 1;
    if (status !== 200) throw new Error(`${kind}: ${status} ${text.slice(0, 200)}`);
    took.push(performance.now() - start);
    if (kind === 'causeway') ids.push(/con_[0-9a-f]{32}/.exec(text)?.[0] ?? '');
  }
};
let working = 0;
await Promise.all(Array.from({ length: Number(callers) }, worker));
const elapsed = (performance.now() - began) / 1000;
took.sort((a, b) => a - b);
const at = (/** @type {number} */ share) => took[Math.floor(took.length * share)] ?? 0;
if (kind === 'causeway' && ids.includes('')) throw new Error('a user was not connected');
const shown = process.argv.includes('--ids') ? { ids } : {};
const result = { count: took.length, perSecond: took.length / elapsed, p50: at(0.5), p99: at(0.99), ...shown };
// Exits only when all is written: ten thousand ids do not fit into the buffer of a pipe.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
