import { randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createCauseway } from '@causeway/client';
import {
  freePort,
  BrowserUser,
  runService,
  startRedis,
  startService,
  startMockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { authorizationUrl, connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { someone } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, encryptionKeys, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

const PRODUCTION = { CAUSEWAY_MODE: 'production', ADMIN_KEY, ENCRYPTION_KEYS: encryptionKeys() };

let apart: MockProvidersProcess;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
});
afterAll(() => apart?.stop());

describe('refuses to start, and names every fault without its value', () => {
  const MARK = 'S3CRETVALUE';
  /** All faults are listed at once, so one start can hold one wrong value of each. */
  const WRONG: Record<string, string[]> = {
    PORT: [MARK, '70000', '-1', '0', '80.5'],
    HOST: [`not a host ${MARK}`],
    PUBLIC_URL: [MARK, `ftp://${MARK}.example`, `https://${MARK}@example.com`, 'http://'],
    CAUSEWAY_MODE: [MARK, 'PRODUCTION'],
    WEB_ORIGINS: [MARK, `http://localhost:3000,${MARK}`, `https://${MARK}.example/path`, '*', 'null'],
    REDIS_URL: [MARK, `http://${MARK}:6379`],
    REDIS_PORT: [MARK, '70000'],
    REDIS_CLUSTER_NODES: [`${MARK}:x`, MARK],
    ENCRYPTION_KEYS: [MARK, `k1:${MARK}`, `k1:${randomBytes(16).toString('base64')}`, ':'],
    ADMIN_KEY: [MARK, 'x'.repeat(31)],
    CREDENTIAL_TTL_SECONDS: [MARK, '-5', '0', '1.5'],
    LOG_LEVEL: [MARK],
    TRUST_PROXY: [`${MARK}!`],
    NOTION_TOKEN_URL: [MARK, '/token'],
    HUBSPOT_AUTHORIZATION_URL: [`file:///${MARK}`, `javascript:${MARK}`],
    SLACK_API_URL: [MARK],
    SLACK_REVOCATION_URL: [MARK],
    AIRTABLE_REDIRECT_URI: [MARK],
    HUBSPOT_RATE_LIMIT: [MARK, '10', '0/10', '10/0', '-1/10', '1/2/3'],
  };
  const starts = Math.max(...Object.values(WRONG).map(({ length }) => length));

  test.each(Array.from({ length: starts }, (_, at) => at))('start number %i', async (at) => {
    const chosen = Object.entries(WRONG).flatMap(([name, values]): [string, string][] =>
      values[at] === undefined ? [] : [[name, values[at]]],
    );
    const { code, stdout, stderr } = await runService({ env: { ...PRODUCTION, ...Object.fromEntries(chosen) } });
    expect(code).toBeGreaterThan(0);
    expect(code).toBeLessThan(128);
    const printed = stdout + stderr;
    expect(chosen.filter(([name]) => !printed.includes(name))).toEqual([]);
    expect(printed).not.toContain(MARK);
    expect(printed).not.toContain(ADMIN_KEY);
  });

  test('ENCRYPTION_KEYS with one id for two keys', async () => {
    const PORT = String(await freePort());
    const ENCRYPTION_KEYS = `${encryptionKeys('same')},${encryptionKeys('same')}`;
    const { code, stdout, stderr } = await runService({
      env: { ...PRODUCTION, PORT, ENCRYPTION_KEYS },
      timeoutMs: 4000,
    });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('ENCRYPTION_KEYS');
  });

  test('all faults at once', async () => {
    const env = {
      CAUSEWAY_MODE: 'production',
      PORT: MARK,
      ADMIN_KEY: MARK,
      WEB_ORIGINS: MARK,
      CREDENTIAL_TTL_SECONDS: MARK,
      HUBSPOT_RATE_LIMIT: MARK,
      NOTION_CLIENT_ID: MARK,
      SLACK_CLIENT_SECRET: MARK,
    };
    const { code, stdout, stderr } = await runService({ env });
    expect(code).toBeGreaterThan(0);
    const printed = stdout + stderr;
    const names = [
      'PORT',
      'ADMIN_KEY',
      'WEB_ORIGINS',
      'CREDENTIAL_TTL_SECONDS',
      'HUBSPOT_RATE_LIMIT',
      'ENCRYPTION_KEYS',
    ];
    // Both or neither: the one that is missing, or the pair.
    expect([...names, 'NOTION_CLIENT_SECRET', 'SLACK_CLIENT_ID'].filter((name) => !printed.includes(name))).toEqual([]);
    expect(printed).not.toContain(MARK);
  });

  test.each(['ADMIN_KEY', 'ENCRYPTION_KEYS'] as const)('production without %s', async (name) => {
    const { [name]: _, ...env }: Record<string, string> = PRODUCTION;
    const { code, stdout, stderr } = await runService({ env });
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).toContain(name);
  });

  test('production is the default mode', async () => {
    const { code, stdout, stderr } = await runService({ env: {} });
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).toContain('ADMIN_KEY');
    expect(stdout + stderr).toContain('ENCRYPTION_KEYS');
  });

  test.each([
    ['HOST', { HOST: '0.0.0.0' }],
    ['HOST', { HOST: '::' }],
    ['HUBSPOT_CLIENT_ID', { HUBSPOT_CLIENT_ID: 'a-real-one', HUBSPOT_CLIENT_SECRET: 'a-real-secret' }],
  ])('sandbox mode with %s %j', async (name, env) => {
    const { code, stdout, stderr } = await runService({ env: { CAUSEWAY_MODE: 'sandbox', ...env } });
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).toContain(name);
    expect(stdout + stderr).not.toContain('a-real-');
  });

  test('a port that is in use', async () => {
    const service = await startService({ env: PRODUCTION });
    try {
      const { code, stdout, stderr } = await runService({ env: { ...PRODUCTION, PORT: String(service.port) } });
      expect(code).toBeGreaterThan(0);
      expect(stdout + stderr).toMatch(/EADDRINUSE|in use/);
    } finally {
      await service.stop();
    }
  });
});

describe('.env', () => {
  test('is read from the working directory, and the environment takes precedence', async () => {
    const service = await startService({ env: PRODUCTION });
    try {
      const origins = 'https://from-file.example';
      await writeFile(`${service.directory}/.env`, `WEB_ORIGINS=${origins}\nADMIN_KEY=${'f'.repeat(40)}\n`);
      await service.restart();
      const cors = await raw(`${service.url}/integrations`, { headers: { origin: origins } });
      expect(cors.response.status).toBe(200);
      expect(cors.response.headers.get('access-control-allow-origin')).toBe(origins);
    } finally {
      await service.stop();
    }
  });
});

describe('settings of an integration', () => {
  test('redirect URI and scopes', async () => {
    const redirectUri = 'http://localhost:9999/somewhere/integrations/hubspot/oauth2callback';
    const service = await startProduction(apart.mockProviders, {
      HUBSPOT_REDIRECT_URI: redirectUri,
      HUBSPOT_SCOPES: 'oauth crm.objects.deals.read',
    });
    try {
      const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const url = new URL(await new BrowserUser().open(await authorizationUrl(causeway, 'hubspot', someone())));
      expect(url.searchParams.get('redirect_uri')).toBe(redirectUri);
      expect(url.searchParams.get('scope')).toBe('oauth crm.objects.deals.read');
      const { data } = await causeway.GET('/integrations');
      expect(data?.integrations.find(({ id }) => id === 'hubspot')?.scopes).toEqual([
        'oauth',
        'crm.objects.deals.read',
      ]);
    } finally {
      await service.stop();
    }
  });
});

describe('encryption keys', () => {
  test('the first one encrypts, all decrypt; with none of those that the store has, the service does not start', async () => {
    const [old, fresh] = [encryptionKeys('old'), encryptionKeys('fresh')];
    const service = await startProduction(apart.mockProviders, { ENCRYPTION_KEYS: old });
    try {
      const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const { id } = await connect(causeway, 'airtable', someone());
      const token = (of: string) => causeway.GET('/connections/{id}/token', { params: { path: { id: of } } });
      const before = (await token(id)).data?.accessToken;

      await service.restart({ ENCRYPTION_KEYS: `${fresh},${old}` });
      expect((await token(id)).data?.accessToken).toBe(before);
      const later = await connect(causeway, 'airtable', someone());
      for (const [keys, missing] of [
        [encryptionKeys('stranger'), 'lacks the key "'],
        [`${fresh},${encryptionKeys('old')}`, 'another key "old"'],
      ] as const)
        await expect(service.restart({ ENCRYPTION_KEYS: keys })).rejects.toThrow(missing);
      await service.restart({ ENCRYPTION_KEYS: fresh });
      expect((await token(later.id)).data?.accessToken).toEqual(expect.any(String));
      expectProblem(await token(id), 'store-unavailable', 503);
      expect(service.logs()).toContain('ENCRYPTION_KEYS lacks the key \\"old\\"');
    } finally {
      await service.stop();
    }
  });
});

describe('CREDENTIAL_TTL_SECONDS', () => {
  test('forgets a connection after that time without use', async () => {
    const service = await startProduction(apart.mockProviders, { CREDENTIAL_TTL_SECONDS: '3' });
    try {
      const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const [used, idle] = [someone(), someone()];
      const kept = await connect(causeway, 'hubspot', used);
      const { id } = await connect(causeway, 'hubspot', idle);
      await eventually(async () => {
        // Using it puts the end off.
        await causeway.GET('/connections/{id}/token', { params: { path: { id: kept.id } } });
        const state = await causeway.POST('/integrations/{integration}/credentials', {
          params: { path: { integration: 'hubspot' } },
          body: idle,
        });
        expectProblem(state, 'not-connected', 404);
      }, 15_000);
      expectProblem(await causeway.GET('/connections/{id}', { params: { path: { id } } }), 'unknown-connection', 404);
      const list = await causeway.GET('/connections', { params: { query: idle } });
      expect(list.data).toEqual({ connections: [], nextCursor: null });
      const other = await causeway.GET('/connections/{id}', { params: { path: { id: kept.id } } });
      expect(other.data?.status).toBe('active');
    } finally {
      await service.stop();
    }
  });
});

/** By itself, or by the signal again once everything is closed. */
function expectCleanEnd({ code, milliseconds }: { code: number; milliseconds: number }): void {
  expect([0, 143]).toContain(code);
  expect(milliseconds).toBeLessThan(5000);
}

describe('SIGTERM', () => {
  test('exits cleanly with open connections', async () => {
    const service = await startProduction(apart.mockProviders);
    await raw(`${service.url}/integrations`);
    expectCleanEnd(await service.stop());
  });

  test('exits within five seconds while a provider does not respond', async () => {
    const service = await startProduction(apart.mockProviders);
    const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const user = someone();
    await connect(causeway, 'notion', user);
    await apart.mockProviders.clearLog();
    await apart.mockProviders.fault({ provider: 'notion', on: 'data', kind: 'never-answers' });
    const call = causeway
      .POST('/integrations/{integration}/load', {
        params: { path: { integration: 'notion' } },
        body: { ...user, limit: 5 },
      })
      .catch(() => undefined);
    await eventually(async () => expect((await apart.mockProviders.log('notion')).dataCalls).toBe(1));
    const ended = await service.stop();
    await call;
    await apart.mockProviders.clearFaults();
    expectCleanEnd(ended);
  }, 60_000);

  test('in sandbox mode stops the mock providers too', async () => {
    const { service, mockProviders } = await startSandboxMode();
    expectCleanEnd(await service.stop());
    await eventually(async () => {
      await expect(fetch(`${mockProviders.url}/control/log`)).rejects.toThrow();
    }, 5000);
  });
});

describe('sandbox mode', () => {
  /** `fetch` sets Host by itself. */
  const withHost = (port: number, headers: Record<string, string>, method = 'GET') =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path: '/integrations', method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      call.on('error', reject).end();
    });

  test('accepts only its own Host and Origin', async () => {
    const service = await startService({ env: { CAUSEWAY_MODE: 'sandbox' } });
    try {
      const { port } = service;
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
        expect((await withHost(port, { host })).status).toBe(200);
        expect((await withHost(port, { host, origin: `http://${host}` })).status).toBe(200);
      }
      for (const host of [
        'evil.example',
        `evil.example:${port}`,
        `localhost.evil.example:${port}`,
        '169.254.169.254',
      ]) {
        const { status, body } = await withHost(port, { host });
        expect([host, status]).toEqual([host, expect.any(Number)]);
        expect([400, 403]).toContain(status);
        expect(body).not.toContain('"integrations":[');
      }
      for (const origin of [
        'https://evil.example',
        'http://localhost.evil.example',
        'null',
        `http://evil.example:${port}`,
      ]) {
        const { status } = await withHost(port, { host: `localhost:${port}`, origin });
        expect([origin, status]).toEqual([origin, 403]);
      }
      const post = await raw(`${service.url}/integrations/hubspot/authorize`, {
        method: 'POST',
        key: null,
        type: 'application/x-www-form-urlencoded',
        body: 'orgId=a&userId=b',
        headers: { origin: 'https://evil.example' },
      });
      expectProblem(post, 'forbidden', 403);
      const app = await withHost(port, { host: `localhost:${port}`, origin: 'http://localhost:3000' });
      expect(app.status).toBe(200);
    } finally {
      await service.stop();
    }
  });

  test('keeps its encryption key in a file that other users cannot read', async () => {
    const { service } = await startSandboxMode();
    try {
      const causeway = createCauseway({ baseUrl: service.url });
      const { id } = await connect(causeway, 'airtable', someone());
      const token = () => causeway.GET('/connections/{id}/token', { params: { path: { id } } });
      const before = (await token()).data;
      await service.restart();
      expect((await token()).data).toEqual(before);
      const folder = `${service.directory}/.data`;
      for (const name of await readdir(folder)) {
        if (/key/i.test(name)) expect((await stat(`${folder}/${name}`)).mode & 0o077).toBe(0);
      }
    } finally {
      await service.stop();
    }
  });
});

test('plain http in front of other machines is warned of at the start', async () => {
  const env = { PUBLIC_URL: 'http://causeway.example' };
  const [warned, quiet] = await Promise.all([
    startProduction(apart.mockProviders, env),
    startProduction(apart.mockProviders),
  ]);
  try {
    expect(warned.logs()).toContain('PUBLIC_URL is plain http');
    expect(quiet.logs()).not.toContain('PUBLIC_URL');
  } finally {
    await Promise.all([warned.stop(), quiet.stop()]);
  }
});

test('connections of an embedded store that Redis has replaced are warned of', async () => {
  const redis = await startRedis();
  const service = await startProduction(apart.mockProviders);
  try {
    await service.restart({ REDIS_URL: redis.url });
    expect(service.logs()).not.toContain('DATA_DIR holds connections');
    await service.restart({ REDIS_URL: '' });
    await connect(createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY }), 'notion', someone());
    await service.restart({ REDIS_URL: redis.url });
    await eventually(() => expect(service.logs()).toContain('DATA_DIR holds connections that are not used'));
  } finally {
    await Promise.all([service.stop(), redis.stop()]);
  }
});

test('SIGUSR1 opens no inspector', async () => {
  const service = await startProduction(apart.mockProviders);
  try {
    service.signal('SIGUSR1');
    await eventually(async () => expect((await fetch(`${service.url}/health/live`)).status).toBe(200));
    expect(service.logs()).not.toMatch(/debugger|inspector/i);
  } finally {
    await service.stop();
  }
});
