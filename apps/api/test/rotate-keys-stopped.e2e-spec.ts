import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { openStore } from '@causeway/store';
import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Keyring } from '@causeway/crypto';
import { credentialKeys, newConnectionId, sealingContext } from '../src/connections/connection-record.js';
import type { Configuration } from '../src/configuration/configuration.js';
import { Metrics } from '../src/metrics/metrics.js';
import { authenticatedStore } from '../src/store/authenticated-store.js';
import { repositoryOn } from './support/repository.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, startProduction } from './support/production.js';

const COMMAND = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));
/** Many batches: most of the work is left when the run is stopped after its first line of progress. */
const CONNECTIONS = 3_000;

const [K1, K2] = [encryptionKeys('k1'), encryptionKeys('k2')];
const BOTH = { ENCRYPTION_KEYS: `${K2},${K1}` };
const keyOf = (entry: string) => ({ id: entry.slice(0, 2), secret: Buffer.from(entry.slice(3), 'base64') });

let apart: MockProvidersProcess;
let redis: RedisServer;
let environment: Record<string, string>;
let service: Service;
let causeway: CausewayClient;
/** Access token by connection id. */
let tokens: Map<string, string>;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  environment = { ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url };
  tokens = await fill();
  service = await startProduction(apart.mockProviders, { ...environment, ...BOTH });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
}, 60_000);
afterAll(() => Promise.all([service?.stop(), apart?.stop(), redis?.stop()]));

/** Connections as a service with only the old key stores them; through the repository, because consent pages would take a minute. */
async function fill(): Promise<Map<string, string>> {
  const raw = await openStore({ kind: 'redis', url: redis.url });
  const keyring = new Keyring([keyOf(K1)]);
  const store = await authenticatedStore(raw, keyring, new Metrics(), { mode: 'production' } as Configuration);
  const repository = repositoryOn(store, keyring);
  const keys = credentialKeys(keyring);
  const made = new Map<string, string>();
  const make = async (at: number) => {
    const orgId = `org-${at % 50}`;
    const id = newConnectionId(orgId);
    const accessToken = `token of ${at}`;
    const credential = { accessToken, refreshToken: null, expiresAt: null, scopes: [] };
    const record = {
      ...{ id, orgId, userId: `user-${at}`, integration: 'notion', accountKey: String(at), problem: null, scopes: [] },
      ...{ createdAt: at, updatedAt: at, connectedAt: at, expiresAt: null, lastRefreshedAt: null, generation: 1 },
      account: { id: String(at), name: 'An account', url: null },
      credential: keys.seal(JSON.stringify(credential), sealingContext({ orgId, id })),
    };
    await repository.create(record, { type: 'connected', actor: { kind: 'user', id: 'ann' } });
    made.set(id, accessToken);
  };
  for (let at = 0; at < CONNECTIONS; at += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => make(at + i)));
  await store.close();
  return made;
}

/** Runs the command; with a signal, until its first line of progress. */
async function rotateKeys(signal?: NodeJS.Signals, keys: Record<string, string> = BOTH) {
  const env = { PATH: process.env['PATH'] ?? '', ...environment, ...keys };
  const child = spawn(process.execPath, [COMMAND, 'rotate-keys'], {
    env,
    cwd: service.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let signalled = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (signal === undefined || signalled || !output.includes('connections checked')) return;
      // The process would not wait for a second signal.
      signalled = child.kill(signal);
    });
  }
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, by, output };
}

/** How many were re-encrypted, by the last line that says so. */
const reencrypted = (output: string) => Number([...output.matchAll(/, (\d+) of them re-encrypted/g)].at(-1)?.[1]);

async function read(id: string): Promise<string | undefined> {
  const { data, error } = await causeway.GET('/connections/{id}/token', { params: { path: { id } } });
  return data?.accessToken ?? error?.slug;
}

test('a run that was stopped or killed continues where it was, loses nothing, and the service responds all the time', async () => {
  const ids = [...tokens.keys()];
  let answered = 0;
  let running = true;
  const wrong: string[] = [];
  const using = (async () => {
    for (let at = 0; running; at += 7) {
      const id = ids[at % ids.length] ?? '';
      const got = await read(id);
      if (got !== tokens.get(id)) wrong.push(`${id}: ${got}`);
      answered += 1;
      await sleep(1);
    }
  })();

  const stopped = await rotateKeys('SIGTERM');
  expect(stopped).toMatchObject({ code: 1, by: null });
  expect(stopped.output).toMatch(/stopped after \d+ connections; run it again to continue/);
  // Only a complete run can tell.
  expect(stopped.output).not.toContain('no longer used');
  expect(reencrypted(stopped.output)).toBeGreaterThan(0);
  expect(reencrypted(stopped.output)).toBeLessThan(CONNECTIONS);

  const killed = await rotateKeys('SIGKILL');
  expect(killed.by).toBe('SIGKILL');
  expect(killed.output).not.toContain('no longer used');

  const whole = await rotateKeys();
  running = false;
  await using;
  expect(whole.code).toBe(0);
  expect(whole.output).toContain(`key "k2": encrypts ${CONNECTIONS} credentials, authenticates `);
  expect(whole.output).toContain('key "k1": no longer used by any record; remove it');
  // Nothing is re-encrypted twice.
  expect(reencrypted(whole.output)).toBeLessThanOrEqual(CONNECTIONS - reencrypted(stopped.output));
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(10);

  const again = await rotateKeys();
  expect([again.code, reencrypted(again.output)]).toEqual([0, 0]);

  await service.restart({ ENCRYPTION_KEYS: K2 });
  for (let at = 0; at < ids.length; at += 100) {
    const batch = ids.slice(at, at + 100);
    expect(await Promise.all(batch.map(read))).toEqual(batch.map((id) => tokens.get(id)));
  }
}, 120_000);

test('reports an unavailable store in one line, without its password', async () => {
  const REDIS_URL = redis.url.replace('//', '//:hunter2@').replace(/:\d+$/, ':1');
  const { code, output } = await rotateKeys(undefined, { ...BOTH, REDIS_URL });
  expect(code).toBe(1);
  expect(output).toContain('keys not rotated: ');
  expect(output).not.toContain('hunter2');
  expect(output.split('\n').filter((line) => /^ +at /.test(line))).toEqual([]);
});
