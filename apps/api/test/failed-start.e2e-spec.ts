import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, runService, startRedis, startService, type RedisServer, type Service } from '@causeway/testing';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, encryptionKeys } from './support/production.js';
import { expectProblem } from './support/problems.js';
import { raw } from './support/raw.js';

/** Every secret of this file begins with it. A short one beside it: nothing is recognised by its length alone. */
const MARK = 'LEAKED';
const SHORT = 'hunter2';

const ENCRYPTION_KEYS = encryptionKeys();
const CLIENT = { HUBSPOT_CLIENT_ID: 'id', HUBSPOT_CLIENT_SECRET: 'secret' };
const PRODUCTION = { CAUSEWAY_MODE: 'production', ADMIN_KEY, ENCRYPTION_KEYS, ...CLIENT };

/** Log lines of the service; every one of them has to be JSON. */
const lines = (output: string) =>
  output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { level: string; message: string; context: string });

/** What is no news, and not the line of a request. */
const troubles = (output: string) =>
  lines(output).filter(({ level, context }) => level !== 'info' && context !== 'Request');

describe('a Redis that cannot be used at the start', () => {
  let redis: RedisServer;
  let service: Service;
  beforeAll(async () => {
    redis = await startRedis({ args: ['--requirepass', `${MARK}right`] });
  });
  afterAll(() => redis?.stop());
  afterEach(() => service?.stop());

  test.each([
    ['a wrong password', 'WRONGPASS', () => `redis://:${MARK}wrong@127.0.0.1:${redis.port}`],
    ['a short wrong password', 'WRONGPASS', () => `redis://${SHORT}:${SHORT}@127.0.0.1:${redis.port}`],
    ['no password', 'NOAUTH', () => `redis://127.0.0.1:${redis.port}`],
  ])('%s: is not ready, and logs one line without a secret', async (_, why, url) => {
    service = await startService({ env: { ...PRODUCTION, REDIS_URL: url() } });
    const ready = await raw(`${service.url}/health/ready`, { key: null });
    expect(ready.response.status).toBe(503);
    expect(ready.error).toMatchObject({ status: 'failing', parts: { store: { status: 'failing' } } });
    expect((await raw(`${service.url}/health/live`, { key: null })).response.status).toBe(200);
    expectProblem(await raw(`${service.url}/connections`), 'store-unavailable', 503);

    expect(troubles(service.logs()).map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
    const told = service.logs() + ready.text;
    for (const secret of [MARK, SHORT]) expect(told).not.toContain(secret);
  });

  test('no server: is not ready, logs one line, and becomes ready with the server', async () => {
    const port = await freePort();
    const away = `redis://:${MARK}away@127.0.0.1:${port}`;
    service = await startService({ env: { ...PRODUCTION, REDIS_URL: away, REDIS_UNSAFE: 'ok' } });
    expect((await raw(`${service.url}/health/ready`, { key: null })).response.status).toBe(503);
    expect(troubles(service.logs()).map(({ message }) => message)).toEqual([expect.stringContaining('ECONNREFUSED')]);
    const late = await startRedis({ args: ['--port', String(port), '--requirepass', `${MARK}away`] });
    try {
      await eventually(async () => {
        expect((await raw(`${service.url}/health/ready`, { key: null })).response.status).toBe(200);
      });
      await eventually(() =>
        expect(troubles(service.logs()).map(({ message }) => message)).toEqual([
          expect.stringContaining('ECONNREFUSED'),
          'Redis is available again',
        ]),
      );
      expect(service.logs()).not.toContain(MARK);
    } finally {
      await late.stop();
    }
  });
});

/** Code that runs in the process before the service does, and fails when the signal comes from it. */
async function startWith(code: string): Promise<{ code: number; printed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-fault-'));
  const file = join(folder, 'fault.mjs');
  await writeFile(file, code);
  try {
    const ended = await runService({
      env: { ...PRODUCTION, PORT: String(await freePort()), NODE_OPTIONS: `--import=${file}` },
    });
    return { code: ended.code, printed: ended.stdout + ended.stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const FAULT = `Object.assign(new Error('request failed: Bearer ${MARK}0123456789abcdef'), { headers: { cookie: '${MARK}' } })`;
/** As soon as the service listens. */
const later = (code: string) => `
import http from 'node:http';
const { listen } = http.Server.prototype;
http.Server.prototype.listen = function (...how) {
  this.once('listening', () => setTimeout(() => { ${code} }, 200));
  return listen.apply(this, how);
};
`;

test.each([
  ['an exception that nobody catches', `throw ${FAULT};`, 'request failed'],
  ['an exception that is no error', `throw '${SHORT} ${MARK}';`, 'is not an error was thrown'],
  ['a rejection that nobody handles', `Promise.reject(${FAULT});`, 'request failed'],
  ['a rejection with something that is no error', `Promise.reject('${SHORT} ${MARK}');`, 'is not an error was thrown'],
  ['a rejection with an object', `Promise.reject({ token: '${SHORT} ${MARK}' });`, 'is not an error was thrown'],
])('%s: logs one line without secrets, and exits with 1', async (_, code, told) => {
  const ended = await startWith(later(code));
  expect(ended.code).toBe(1);
  for (const secret of [MARK, SHORT]) expect(ended.printed).not.toContain(secret);
  const fatal = lines(ended.printed).filter(({ level }) => level === 'fatal');
  expect(fatal.map(({ message }) => message)).toEqual([expect.stringContaining(told)]);
  expect(lines(ended.printed).at(-1)).toEqual(fatal[0]);
});

test('logs an unexpected failure of the start in one line without secrets', async () => {
  const { code, printed } = await startWith(`
    import { promises } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    promises.mkdir = async () => { throw ${FAULT}; };
    syncBuiltinESMExports();
  `);
  expect(code).toBe(1);
  expect(printed).not.toContain(MARK);
  expect(printed.split('\n').filter((line) => line.includes('does not start'))).toEqual([
    expect.stringContaining('request failed'),
  ]);
});

test.each([
  ['production', PRODUCTION],
  ['sandbox', {}],
])('names DATA_DIR if it cannot be created, in %s mode', async (mode, env) => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-data-dir-'));
  const file = join(folder, 'file');
  await writeFile(file, '');
  const ended = await runService({ env: { ...env, CAUSEWAY_MODE: mode, DATA_DIR: join(file, 'data') } });
  await rm(folder, { recursive: true });
  expect(ended.code).toBe(1);
  expect(ended.stderr.split('\n').filter((line) => line.includes('does not start'))).toEqual([
    expect.stringMatching(/DATA_DIR .*\(ENOTDIR\)/),
  ]);
});
