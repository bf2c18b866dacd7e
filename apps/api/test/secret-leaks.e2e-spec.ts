import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCauseway } from '@causeway/client';
import { BrowserUser, runService, startRedis, startService, type RedisServer, type Service } from '@causeway/testing';
import { startCollector, type Collector } from './support/collector.js';
import { authorizationUrl } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { someone } from './support/users.js';
import { clientEnvironment } from './support/production.js';
import { raw } from './support/raw.js';

/** Every secret of this file begins with it, so that half a secret is found as well. */
const MARK = 'LEAKED';
const secret = (what: string) => `${MARK}${what}${randomBytes(12).toString('hex')}`;

/** A provider with Airtable's addresses that repeats in its errors whatever it was sent, as careless ones do. */
interface Echo {
  server: Server;
  url: string;
  mode: 'ok' | 'error' | 'broken';
  error: string;
  seen: string[];
}

async function startEcho(): Promise<Echo> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const sent = `${request.url} ${JSON.stringify(request.headers)} ${body}`;
      echo.seen.push(sent, ...[...new URLSearchParams(body).values()].filter((value) => value.length > 30));
      response.setHeader('content-type', 'application/json');
      if (echo.mode === 'error') {
        response.statusCode = 400;
        response.statusMessage = MARK;
        response.end(JSON.stringify({ error: echo.error, error_description: sent, message: sent, access_token: sent }));
      } else if (echo.mode === 'broken') {
        response.end(`${MARK}{"access_token": "${sent}`);
      } else if (request.url?.includes('/token')) {
        response.end(
          JSON.stringify({
            access_token: secret('access'),
            refresh_token: secret('refresh'),
            id_token: `${secret('id')}.${secret('id')}`,
            token_type: 'Bearer',
            scope: 'schema.bases:read',
            expires_in: 3600,
            refresh_expires_in: 5_184_000,
          }),
        );
      } else response.end(JSON.stringify({ id: 'usr1', scopes: [], bases: [] }));
    });
  });
  const echo: Echo = { server, url: '', mode: 'ok', error: 'invalid_grant', seen: [] };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  echo.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return echo;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function textsBelow(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => ({
        name,
        text: (await readFile(join(parentPath, name))).toString('latin1'),
      })),
  );
}

/** An error that nobody catches, with secrets where libraries put them; the signal comes from outside. */
const CRASH = `process.on('SIGUSR2', () => {
  throw Object.assign(new Error('request failed: Bearer ${MARK}crash0123456789abcdef'), {
    config: { headers: { authorization: '${MARK}' } }, body: '${MARK}',
  });
});`;

describe.each(['embedded', 'redis'] as const)('with the %s store', (kind) => {
  let echo: Echo;
  let collector: Collector;
  let redis: RedisServer | undefined;
  let redisFolder: string;
  let service: Service;
  let output = '';
  const outputs: { from: string; text: string }[] = [];
  /** Those without the mark: what Causeway makes itself. */
  const made = new Set<string>();

  const adminKey = secret('admin') + 'x'.repeat(16);
  const encryptionKey = randomBytes(32);
  const redisPassword = secret('redis');
  const clientSecret = secret('client');

  beforeAll(async () => {
    echo = await startEcho();
    collector = await startCollector();
    redisFolder = await mkdtemp(join(tmpdir(), 'causeway-leaks-'));
    if (kind === 'redis') {
      redis = await startRedis({ appendOnly: true, args: ['--dir', redisFolder, '--requirepass', redisPassword] });
    }
    const crash = join(redisFolder, 'crash.mjs');
    await writeFile(crash, CRASH);
    service = await startService({
      env: {
        CAUSEWAY_MODE: 'production',
        LOG_LEVEL: 'debug',
        ADMIN_KEY: adminKey,
        ENCRYPTION_KEYS: `k1:${encryptionKey.toString('base64')}`,
        ...(redis === undefined ? {} : { REDIS_URL: redis.url.replace('//', `//:${redisPassword}@`) }),
        ...clientEnvironment('airtable', echo.url, { clientId: 'client', clientSecret }),
        NODE_OPTIONS: `--import=${crash}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
    made.add(encryptionKey.toString('base64')).add(encryptionKey.toString('base64url'));
    made.add(encryptionKey.toString('hex')).add(encryptionKey.toString('latin1'));

    await everything();
    // The line of the last request.
    await eventually(() => expect(service.logs()).toMatch(/"method":"DELETE","route":"\/connections\/:id"/));
    output = service.logs();
  });
  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    echo?.server.close();
    collector?.stop();
    await rm(redisFolder, { recursive: true, force: true });
  });

  async function everything(): Promise<void> {
    const keep = async (from: string, ...how: Parameters<typeof raw>) => {
      const answer = await raw(how[0], { key: adminKey, ...how[1] });
      outputs.push({ from, text: `${answer.text}${JSON.stringify([...answer.response.headers])}` });
      return answer;
    };
    const post = (from: string, path: string, body: unknown = {}, more = {}) =>
      keep(from, `${service.url}${path}`, {
        method: 'POST',
        type: 'application/json',
        body: JSON.stringify(body),
        ...more,
      });
    const causeway = createCauseway({ baseUrl: service.url, apiKey: adminKey });

    const attempt = async (answer: (state: string) => Record<string, string>, finish: 'caller' | 'none' = 'none') => {
      const person = new BrowserUser();
      const url = await authorizationUrl(causeway, 'airtable', someone(), { finish });
      const location = new URL(await person.open(url));
      const state = location.searchParams.get('state') ?? '';
      made.add(state).add(url.split('/').at(-1) ?? url);
      const callback = `${service.url}/integrations/airtable/oauth2callback?${new URLSearchParams(answer(state)).toString()}`;
      for (const pair of person.cookies.header(callback, { method: 'GET' }).split('; '))
        made.add(pair.slice(pair.indexOf('=') + 1));
      const outcome = await person.followCallback(callback);
      const { finishCode } = outcome.message ?? {};
      // The page that gives a code holds it; nothing else may.
      if (finishCode !== undefined) made.add(finishCode);
      outputs.push({
        from: 'the callback page',
        text: `${outcome.html.replaceAll(finishCode ?? '', '')}${JSON.stringify([...outcome.headers].filter(([name]) => name !== 'set-cookie'))}`,
      });
      return outcome;
    };

    const good = await attempt((state) => ({ state, code: secret('code') }));
    const id = good.message?.connectionId ?? '';
    expect(good.message?.type).toBe('connected');
    const waiting = await attempt((state) => ({ state, code: secret('code') }), 'caller');
    expect(waiting.message?.type).toBe('authorized');
    const path = `/connections/${id}`;
    for (const [name, part] of [
      ['token', '/token'],
      ['refresh', '/refresh'],
    ] as const) {
      const answer = await raw(`${service.url}${path}${part}`, {
        key: adminKey,
        method: name === 'token' ? 'GET' : 'POST',
      });
      expect(answer.response.status).toBe(200);
      if (name === 'refresh') outputs.push({ from: 'refresh', text: answer.text });
    }
    const key = await raw(`${service.url}/keys`, {
      key: adminKey,
      method: 'POST',
      type: 'application/json',
      body: JSON.stringify({ name: 'a', scopes: ['admin'] }),
    });
    const session = await raw(`${service.url}/sessions`, {
      key: adminKey,
      method: 'POST',
      type: 'application/json',
      body: JSON.stringify(someone()),
    });
    const own = { 'sec-fetch-site': 'same-origin' };
    for (const shown of [adminKey, (JSON.parse(key.text) as { key: string }).key, secret('wrong')]) {
      const body = JSON.stringify({ key: shown });
      const how = { key: null, method: 'POST', type: 'application/json', body, headers: own };
      const { text, response } = await raw(`${service.url}/web-session`, how);
      // The cookie is what it gives; nothing else of it may hold a secret.
      const [cookie = ''] = response.headers.getSetCookie();
      const others = [...response.headers].filter(([name]) => name !== 'set-cookie');
      outputs.push({ from: 'signing in', text: `${text}${JSON.stringify(others)}` });
      expect(cookie).not.toContain(MARK);
      const value = /=([^;]*)/.exec(cookie)?.[1] ?? '';
      made.add(value);
      const headers = { ...own, cookie: `causeway-session=${value}` };
      await keep('who is signed in', `${service.url}/web-session`, { key: null, headers });
      await keep('a cookie from elsewhere', `${service.url}/keys/x`, {
        key: null,
        method: 'DELETE',
        headers: { cookie: headers.cookie, 'sec-fetch-site': 'cross-site' },
      });
      await keep('signing out', `${service.url}/web-session`, { key: null, method: 'DELETE', headers });
    }
    for (const { text } of [key, session])
      for (const [, long = ''] of text.matchAll(/"([\w.~-]{40,})"/g)) made.add(long);

    for (const [mode, error] of [
      ['broken', ''],
      ['error', 'temporarily_unavailable'],
      ['error', 'invalid_client'],
      ['error', secret('error')],
    ] as const) {
      Object.assign(echo, { mode, error });
      await post('refresh', `${path}/refresh`);
      await post('check', `${path}/check`);
      await keep('items', `${service.url}${path}/items`);
      await keep('stream', `${service.url}${path}/items`, { headers: { accept: 'application/x-ndjson' } });
      // Its answer is the provider's, whatever that says; ours to keep is what was sent and what we say of it.
      const proxied = await raw(`${service.url}${path}/proxy/v0/records?q=${secret('query')}`, {
        key: adminKey,
        method: 'POST',
        type: secret('type'),
        headers: { 'x-api-key': secret('header') },
        body: secret('body'),
      });
      expect(proxied.text).toContain(MARK);
      await attempt((state) => ({ state, code: secret('code') }));
    }
    await attempt((state) => ({ state, error: 'access_denied', error_description: secret('description') }));
    await attempt((state) => ({ state, error: secret('error'), error_description: secret('description') }));
    await attempt((state) => ({ state, id_token: secret('id'), access_token: secret('access') }));
    Object.assign(echo, { mode: 'error', error: 'invalid_grant' });
    await post('refresh', `${path}/refresh`);

    const badKey = { key: secret('bearer') };
    await keep('bad key', `${service.url}/connections`, badKey);
    await keep('bad scheme', `${service.url}/connections`, {
      key: null,
      headers: { authorization: `Basic ${secret('basic')}` },
    });
    await keep('cookie', `${service.url}/connections`, {
      key: null,
      headers: { cookie: `session=${secret('cookie')}` },
    });
    await keep('query', `${service.url}/connections?access_token=${secret('query')}&limit=${secret('query')}`);
    await post('unknown field', '/integrations/airtable/load', {
      ...someone(),
      accessToken: secret('body'),
      limit: secret('body'),
      cursor: secret('body'),
    });
    await post('no JSON', '/integrations/airtable/load', undefined, { body: `{"a":"${secret('body')}` });
    await post('no type', '/integrations/airtable/load', undefined, { type: secret('type'), body: secret('body') });
    await keep('unreadable', `${service.url}/%E0%A4%A?${secret('query')}`);
    await keep('refused by the proxy', `${service.url}${path}/proxy//x?${secret('query')}`, {
      headers: { 'x-api-key': secret('header') },
    });
    await keep('proxy after the grant has gone', `${service.url}${path}/proxy/v0/x?${secret('query')}`);
    for (const page of [
      '/docs',
      '/openapi.json',
      '/health/ready',
      '/metrics',
      '/integrations',
      '/connections',
      '/keys',
      path,
      `${path}/events`,
    ]) {
      await keep(page, `${service.url}${page}`);
    }
    await keep('disconnect', `${service.url}${path}`, { method: 'DELETE' });
    // PKCE verifiers and the like: what the provider saw, and what is long and random in it.
    for (const seen of echo.seen) if (/^[\w-]{43}$/.test(seen)) made.add(seen);
  }

  const leaks = (text: string) =>
    [MARK, ...made].filter((one) => one.length > 5 && text.includes(one)).map((one) => around(text, one));
  const around = (text: string, one: string) => text.slice(Math.max(0, text.indexOf(one) - 80), text.indexOf(one) + 60);

  test('secrets of every kind took part', () => {
    const seen = echo.seen.join('\n');
    for (const what of ['code', 'access', 'refresh']) expect(seen).toContain(`${MARK}${what}`);
    expect(seen).toContain(Buffer.from(`client:${clientSecret}`).toString('base64'));
    expect(made.size).toBeGreaterThan(20);
    expect(outputs.length).toBeGreaterThan(40);
  });

  test('no answer holds one', () => {
    expect(
      outputs
        .filter(({ from }) => from !== 'authorize')
        .flatMap(({ from, text }) => leaks(text).map((leak) => ({ from, leak }))),
    ).toEqual([]);
  });

  test('no log line holds one', () => {
    expect(output.split('\n').filter((line) => leaks(line).length > 0)).toEqual([]);
  });

  test('no span holds one', async () => {
    const sent = () => collector.requests.map(({ body }) => body).join('\n');
    await eventually(() => expect(sent()).toContain('DELETE /connections/:id"'));
    expect(leaks(sent())).toEqual([]);
  });

  test('no file of the service or of its store holds one', async () => {
    const files = [...(await textsBelow(service.directory)), ...(await textsBelow(redisFolder))].filter(
      ({ name }) => name !== 'crash.mjs',
    );
    expect(files.some(({ text }) => text.length > 1_000)).toBe(true);
    expect(files.flatMap(({ name, text }) => leaks(text).map((leak) => ({ name, leak })))).toEqual([]);
  });

  test('no command line on this machine holds one', async () => {
    const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
    const ours = lines.filter((line) => line.includes('dist/service') && leaks(line).length > 0);
    expect(ours).toEqual([]);
  });

  test('a crash ends the process with one JSON line that holds none', async () => {
    const before = service.logs().length;
    service.signal('SIGUSR2');
    const { code } = await service.stop();
    expect(code).toBe(1);
    const printed = service.logs().slice(before);
    expect(printed).toContain('request failed');
    expect(leaks(printed)).toEqual([]);
    for (const line of printed.split('\n').filter(Boolean)) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});

test.each([
  [
    'faults in every variable',
    {
      ADMIN_KEY: MARK,
      ENCRYPTION_KEYS: `${MARK}:short`,
      REDIS_URL: `http://:${MARK}@x`,
      HUBSPOT_CLIENT_SECRET: MARK,
      PUBLIC_URL: `https://${MARK}@x/`,
      PORT: MARK,
      HUBSPOT_TOKEN_URL: `https://u:${MARK}@x/`,
    },
  ],
  [
    'a Redis address that cannot be',
    {
      ADMIN_KEY: `${MARK}${'x'.repeat(40)}`,
      ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
      REDIS_URL: `redis://:${MARK}%E0%A4@localhost:1/x`,
    },
  ],
  [
    'a port that is not ours',
    {
      ADMIN_KEY: `${MARK}${'x'.repeat(40)}`,
      ENCRYPTION_KEYS: `k:${randomBytes(32).toString('base64')}`,
      HOST: '203.0.113.1',
    },
  ],
])('a start that fails for %s names no value', async (_, env) => {
  const { code, stdout, stderr } = await runService({
    env: { CAUSEWAY_MODE: 'production', LOG_LEVEL: 'debug', ...env },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('Causeway does not start');
  expect(stdout + stderr).not.toContain(MARK);
});
