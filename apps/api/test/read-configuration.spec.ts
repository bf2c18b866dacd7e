import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { advice } from '../src/configuration/advice.js';
import { integrationIds, journalIds, restrictedTypes, webhookSettings } from '../src/integrations/definitions.js';
import { ConfigurationError } from '../src/configuration/configuration.js';
import { readConfiguration } from '../src/configuration/read-configuration.js';

const fileOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

const bytes = (byteAt: (index: number) => number) =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => byteAt(index))).toString('base64');
const KEY = bytes((index) => (index * index * 7) % 251);
const PRODUCTION = {
  CAUSEWAY_MODE: 'production',
  ENCRYPTION_KEYS: `k1:${KEY}`,
  ADMIN_KEY: '0123456789abcdef'.repeat(2),
};

const read = (environment: Record<string, string>, sandboxByDefault = false) =>
  readConfiguration(environment, { integrationIds, restrictedTypes, webhookSettings, journalIds, sandboxByDefault });

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    read(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

describe('readConfiguration', () => {
  it('has the documented defaults', () => {
    expect(read({ CAUSEWAY_MODE: 'sandbox' })).toMatchObject({
      mode: 'sandbox',
      host: '127.0.0.1',
      port: 8000,
      publicUrl: 'http://localhost:8000',
      trustProxy: false,
      webhookPrivateAddresses: true,
      webOrigins: ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://localhost:3000'],
      store: { kind: 'embedded' },
      adminKey: null,
      credentialTtlMs: null,
      databaseUrl: null,
      syncConcurrency: 4,
      logLevel: 'info',
      limits: {
        loadsPerUser: 8,
        loadsPerOrganization: 32,
        proxiedPerOrganization: 32,
        eventStreamsPerCredential: 20,
        eventStreamsPerOrganization: 100,
        refreshesPerMinute: 60,
      },
    });
  });

  it('is production unless told otherwise; npm start without client ids tells otherwise', () => {
    expect(read(PRODUCTION).mode).toBe('production');
    expect(read({}, true).mode).toBe('sandbox');
    const client = { NOTION_CLIENT_ID: 'id', NOTION_CLIENT_SECRET: 'secret' };
    expect(read({ ...PRODUCTION, CAUSEWAY_MODE: '', ...client }, true).mode).toBe('production');
  });

  it.each([
    [{ REDIS_URL: 'rediss://user:pw@redis:6380/1' }, { kind: 'redis', url: 'rediss://user:pw@redis:6380/1' }],
    [{ REDIS_HOST: 'redis' }, { kind: 'redis', url: 'redis://redis:6379' }],
    [{ REDIS_PORT: '7000' }, { kind: 'redis', url: 'redis://127.0.0.1:7000' }],
    [{ REDIS_CLUSTER_NODES: 'a:1, b:2' }, { kind: 'redis-cluster', nodes: ['a:1', 'b:2'] }],
    [
      { REDIS_CLUSTER_NODES: 'rediss://user:pw@a:1,rediss://[::1]:2', REDIS_UNSAFE: 'ok' },
      { kind: 'redis-cluster', nodes: ['rediss://user:pw@a:1', 'rediss://[::1]:2'], areSettingsAccepted: true },
    ],
    [
      { REDIS_SENTINELS: 'a:1,redis://:pw@b:2', REDIS_SENTINEL_NAME: 'main', REDIS_PASSWORD: 'secret' },
      {
        kind: 'redis-sentinel',
        sentinels: ['a:1', 'redis://:pw@b:2'],
        master: 'main',
        defaults: { password: 'secret', tls: {} },
      },
    ],
  ])('finds the store in %j', (environment, store) => {
    expect(read({ ...PRODUCTION, ...environment }).store).toMatchObject(store);
  });

  it.each([
    [{ REDIS_SENTINELS: 'a:1' }, 'REDIS_SENTINEL_NAME is required'],
    [{ REDIS_SENTINEL_NAME: 'main' }, 'REDIS_SENTINEL_NAME needs REDIS_SENTINELS'],
    [{ REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b:1' }, 'exclude each other'],
    [{ REDIS_URL: 'rediss://a', REDIS_CA_FILE: '/nowhere/ca.pem' }, 'REDIS_CA_FILE cannot be read (ENOENT)'],
    [{ REDIS_URL: 'rediss://a', REDIS_CA_FILE: fileURLToPath(import.meta.url) }, 'REDIS_CA_FILE has to be a file with'],
    [
      { REDIS_URL: 'rediss://a', REDIS_KEY_FILE: fileURLToPath(import.meta.url) },
      'REDIS_KEY_FILE has to be a file with',
    ],
    [{ REDIS_URL: 'rediss://a', REDIS_KEY_FILE: '/nowhere/key.pem' }, 'set both'],
  ])('refuses %j', (environment, fault) => {
    expect(() => read({ ...PRODUCTION, ...environment })).toThrow(fault);
  });

  it('reads what is set for an integration', () => {
    const { integrations } = read({
      ...PRODUCTION,
      HUBSPOT_CLIENT_ID: 'id',
      HUBSPOT_CLIENT_SECRET: 'secret',
      HUBSPOT_SCOPES: 'oauth, tickets crm.x',
      HUBSPOT_API_URL: 'http://127.0.0.1:9/prefix/',
      HUBSPOT_RATE_LIMIT: '190/10',
      NOTION_RATE_LIMIT: 'off',
      SLACK_SCOPES: 'none',
      SLACK_HISTORY_RATE_LIMIT: '1/60',
      SLACK_TIER_2_RATE_LIMIT: '40/60',
    });
    expect(integrations['hubspot']).toMatchObject({
      client: { id: 'id', secret: 'secret' },
      scopes: ['oauth', 'tickets', 'crm.x'],
      apiUrl: 'http://127.0.0.1:9/prefix',
      rateLimit: { requests: 190, seconds: 10 },
    });
    expect(integrations['notion']).toMatchObject({ client: null, scopes: null, rateLimit: 'off' });
    expect(integrations['slack']).toMatchObject({
      scopes: [],
      rateLimit: null,
      otherRateLimits: { history: { requests: 1, seconds: 60 }, 'tier-2': { requests: 40, seconds: 60 } },
    });
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ SLACK_API_URL: 'https://slack.example' }, []],
    [{ SLACK_API_URL: 'http://127.0.0.1.example' }, []],
    [{ SLACK_API_URL: 'http://127.0.0.1:9/slack' }, ['message']],
    [{ SLACK_API_URL: 'http://[::1]:9' }, ['message']],
    [{ SLACK_API_URL: 'http://localhost:9', SLACK_ALLOW_MESSAGE_STORAGE: 'off' }, []],
    [{ SLACK_ALLOW_MESSAGE_STORAGE: 'on' }, ['message']],
    [{ CAUSEWAY_MODE: 'sandbox' }, ['message']],
    [{ CAUSEWAY_MODE: 'sandbox', SLACK_API_URL: 'https://slack.example' }, []],
  ])(
    'allows to keep what terms restrict only where the operator does, or for a mock provider: %j',
    (given, allowed) => {
      const { integrations } = read({ ...PRODUCTION, ...given });
      expect([...(integrations['slack']?.allowedStorage ?? [])]).toEqual(allowed);
      expect([...(integrations['notion']?.allowedStorage ?? [])]).toEqual([]);
    },
  );

  it('reads what syncs need', () => {
    const given = { DATABASE_URL: 'postgresql://user:pw@db:5432/causeway?sslmode=require', SYNC_CONCURRENCY: '0' };
    expect(read({ ...PRODUCTION, ...given })).toMatchObject({ databaseUrl: given.DATABASE_URL, syncConcurrency: 0 });
  });

  it.each([
    ['CAUSEWAY_MODE', 'test'],
    ['HOST', 'a b'],
    ['PORT', '0'],
    ['PORT', '80x'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'localhost:8000'],
    ['PUBLIC_URL', 'https://example.com/path'],
    ['WEB_ORIGINS', '*'],
    ['WEB_ORIGINS', 'https://a.example,nonsense'],
    ['REDIS_URL', 'http://redis'],
    ['REDIS_PORT', 'x'],
    ['REDIS_CLUSTER_NODES', 'somewhere'],
    ['REDIS_CLUSTER_NODES', 'http://user:pw@redis:1'],
    ['REDIS_UNSAFE', 'yes'],
    ['ENCRYPTION_KEYS', KEY],
    ['ENCRYPTION_KEYS', 'k1:dG9vIHNob3J0'],
    ['ENCRYPTION_KEYS', `k1:${KEY},k2:`],
    ['ENCRYPTION_KEYS', `k1:${KEY},k2:${KEY}`],
    ['ENCRYPTION_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`],
    ['ENCRYPTION_KEYS', `k1:${KEY},k2:${Buffer.alloc(32, 'secret').toString('base64')}`],
    ['ENCRYPTION_KEYS', `k1:${bytes((index) => index)}`],
    ['ENCRYPTION_KEYS', `k1:${bytes((index) => 255 - index)}`],
    ['ENCRYPTION_KEYS', `k1:${Buffer.from('correct horse battery staple 123').toString('base64')}`],
    ['ADMIN_KEY', 'too short'],
    ['ADMIN_KEY', 'a'.repeat(40)],
    ['ADMIN_KEY', 'changeme-changeme-changeme-changeme'],
    ['METRICS_KEY', 'password-123'.repeat(3)],
    ['ADMIN_KEY', 'admin'.repeat(8)],
    ['CREDENTIAL_TTL_SECONDS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['LIMIT_LOADS_PER_USER', '0'],
    ['LIMIT_LOAD_MEMORY_MB', '63'],
    ['LIMIT_PROXIED_PER_ORG', 'many'],
    ['TRUST_PROXY', 'maybe'],
    ['DATABASE_URL', 'mysql://user:pw@db/causeway'],
    ['DATABASE_URL', 'postgres:///causeway'],
    ['DATABASE_URL', 'postgresql://user:pw@db'],
    ['SYNC_CONCURRENCY', '65'],
    ['SYNC_CONCURRENCY', 'all of them'],
    ['SLACK_ALLOW_MESSAGE_STORAGE', 'maybe'],
    ['SLACK_TOKEN_URL', 'slack.com/api'],
    ['SLACK_API_URL', 'ftp://slack.com'],
    ['SLACK_RATE_LIMIT', '20'],
    ['SLACK_RATE_LIMIT', '0/77'],
    ['SLACK_HISTORY_RATE_LIMIT', 'slow'],
    ['SLACK_HISTORY_RATE_LIMIT', 'off'],
  ])('names a wrong %s, and does not show "%s"', (name, value) => {
    const faults = faultsOf({ ...PRODUCTION, [name]: value });
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    if (value.length > 3) expect(faults.join()).not.toContain(value);
  });

  it.each([
    ['REDIS_URI', 'REDIS_URL'],
    ['REDIS_HOSTS', 'REDIS_HOST'],
    ['HUBSPOT_CLIENTID', 'HUBSPOT_CLIENT_ID'],
    ['SLACK_SIGNING_SECRETS_CLIENT_SECRET', null],
    ['AIRTABEL_CLIENT_SECRET', 'AIRTABLE_CLIENT_SECRET'],
    ['NOTION_AUTHORISATION_URL', 'NOTION_AUTHORIZATION_URL'],
    ['LIMIT_LOADS_PER_ORGS', 'LIMIT_LOADS_PER_ORG'],
    ['CREDENTIAL_TTL_SECOND', 'CREDENTIAL_TTL_SECONDS'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['SYNC_CONCURENCY', 'SYNC_CONCURRENCY'],
    ['SLACK_ALLOW_MESSAGES_STORAGE', 'SLACK_ALLOW_MESSAGE_STORAGE'],
  ])('names the unknown %s if it is close to %s', (name, meant) => {
    const faults = faultsOf({ ...PRODUCTION, [name]: 'some-value' });
    expect(faults).toEqual(meant === null ? [] : [expect.stringMatching(new RegExp(`^${name} .*\\b${meant} `))]);
    expect(faults.join()).not.toContain('some-value');
  });

  it("leaves other programs' variables alone", () => {
    // Kubernetes makes such names for each service of a namespace; the others are common on machines and in clouds.
    const others =
      `HOME PATH HOSTNAME LOGNAME PWD POST ROOT LOGLEVEL NODE_ENV XDG_DATA_DIRS REDIS_TLS_URL REDIS_PASSWORD
      REDIS_SERVICE_HOST REDIS_PORT_6379_TCP REDIS_PORT_6379_TCP_ADDR CAUSEWAY_SERVICE_HOST CAUSEWAY_PORT CAUSEWAY_PORT_80_TCP
      SLACK_WEBHOOK_URL SLACK_BOT_TOKEN NOTION_API_KEY HUBSPOT_ACCESS_TOKEN AIRTABLE_API_KEY OTEL_SERVICE_NAME ADMIN_EMAIL
      PUBLIC_DIR WEB_PORT TRUST_STORE LIMIT_NOFILE DATABASE_NAME ENCRYPTION_ALGORITHM`.split(/\s+/);
    expect(faultsOf({ ...PRODUCTION, ...Object.fromEntries(others.map((name) => [name, '1'])) })).toEqual([]);
    // A name that is close to one that is set was not meant to be that one.
    expect(faultsOf({ ...PRODUCTION, REDIS_URL: 'redis://a', REDIS_URI: 'redis://b' })).toEqual([]);
  });

  it('refuses a REDIS_HOST or REDIS_PORT that is not that of REDIS_URL', () => {
    const REDIS_URL = 'redis://:pw@redis.internal';
    const with_ = (more: Record<string, string>) => faultsOf({ ...PRODUCTION, REDIS_URL, ...more });
    expect(with_({ REDIS_HOST: 'redis.internal', REDIS_PORT: '6379' })).toEqual([]);
    expect(with_({ REDIS_HOST: '' })).toEqual([]);
    for (const other of [{ REDIS_HOST: 'localhost' }, { REDIS_PORT: '6380' }])
      expect(with_(other)).toEqual([expect.stringMatching(/^REDIS_HOST and REDIS_PORT .*REDIS_URL/)]);
  });

  it.each([
    [{ WORKERS: '2' }, 'with the embedded store'],
    [{ WORKERS: 'auto' }, 'with the embedded store'],
    [{ WORKERS: '0', REDIS_URL: 'redis://a' }, 'has to be'],
  ])('refuses %j', (environment, reason) => {
    expect(faultsOf({ ...PRODUCTION, ...environment })).toEqual([
      expect.stringMatching(new RegExp(`^WORKERS .*${reason}`)),
    ]);
  });

  it('takes as many workers as there are cores for "auto"', () => {
    const workers = (WORKERS: string) => read({ ...PRODUCTION, REDIS_URL: 'redis://a', WORKERS }).workers;
    expect([workers('3'), workers('auto')]).toEqual([3, availableParallelism()]);
    expect(read(PRODUCTION).workers).toBe(1);
  });

  it('advises where nothing can be connected, and where others read along', () => {
    const advised = (environment: Record<string, string>) => advice(read({ ...PRODUCTION, ...environment }));
    const client = { NOTION_CLIENT_ID: 'id', NOTION_CLIENT_SECRET: 'secret' };
    expect(advised({})).toEqual([expect.stringMatching(/^no integration is configured/)]);
    expect(advised({ ...client, PUBLIC_URL: 'http://causeway.internal' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL is plain http/),
    ]);
    expect(advised({ ...client, PUBLIC_URL: 'https://causeway.example' })).toEqual([]);
    expect(advised({ ...client, NOTION_API_URL: 'http://gateway.internal' })).toEqual([
      expect.stringMatching(/^the requests to notion go over plain http/),
    ]);
    expect(advised({ ...client, NOTION_API_URL: 'http://127.0.0.1:8080' })).toEqual([]);
    expect(advised({ ...client, CREDENTIAL_TTL_SECONDS: '1' })).toEqual([
      expect.stringMatching(/^CREDENTIAL_TTL_SECONDS is 1: /),
    ]);
    expect(advice(read({ CAUSEWAY_MODE: 'sandbox' }))).toEqual([]);
  });

  it('names every fault at once', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'loud', NOTION_CLIENT_ID: 'id' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'NOTION_CLIENT_SECRET',
      'ENCRYPTION_KEYS',
      'ADMIN_KEY',
    ]);
  });

  it('wants both or neither of a client id and its secret', () => {
    expect(faultsOf({ ...PRODUCTION, SLACK_CLIENT_SECRET: 'secret' })).toEqual([
      expect.stringMatching(/^SLACK_CLIENT_ID /),
    ]);
  });

  it('keeps sandbox mode on loopback and apart from real clients', () => {
    expect(faultsOf({ CAUSEWAY_MODE: 'sandbox', HOST: '0.0.0.0' })).toEqual([expect.stringMatching(/^HOST /)]);
    const client = { NOTION_CLIENT_ID: 'id', NOTION_CLIENT_SECRET: 'secret' };
    expect(faultsOf({ CAUSEWAY_MODE: 'sandbox', ...client })).toEqual([expect.stringMatching(/^NOTION_CLIENT_ID /)]);
  });
});

describe('what the service tells of itself', () => {
  it.each([
    ['on', 1],
    ['off', null],
    ['0', 0],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1', 1],
  ])('logs requests as REQUEST_LOG=%s says', (REQUEST_LOG, share) => {
    expect(read({ ...PRODUCTION, REQUEST_LOG }).requestLog).toBe(share);
  });

  it.each(['yes', '2', '-1', '1.5', '10%'])('rejects REQUEST_LOG=%s', (REQUEST_LOG) => {
    expect(faultsOf({ ...PRODUCTION, REQUEST_LOG })).toEqual([expect.stringMatching(/^REQUEST_LOG has to be/)]);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'TRUE' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_SERVICE_NAME: 'connections' }, false],
  ])('sends traces with %j: %s', (environment, expected) => {
    expect(read({ ...PRODUCTION, ...environment }).exportsTraces).toBe(expected);
  });

  it('rejects what OpenTelemetry would replace by a default in silence', () => {
    const environment = {
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '5%',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'x:1',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization Bearer',
    };
    expect(faultsOf({ ...PRODUCTION, ...environment }).map((fault) => fault.split(' ')[0])).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
  });
});

describe('.env.example', () => {
  const lines = fileOf('../../../.env.example').split('\n');
  const examples: Record<string, string> = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );

  it('names every variable that the service knows, and none that it does not', () => {
    const known = ['service', 'telemetry'].flatMap((part) =>
      [...fileOf(`../src/configuration/${part}-environment.ts`).matchAll(/^ {2}([A-Z_]+)\?:/gm)].map(
        ([, name]) => name,
      ),
    );
    const redis = [...fileOf('../src/configuration/redis-environment.ts').matchAll(/^ {2}([A-Z_]+)\?:/gm)].map(
      ([, name]) => `REDIS_${name}`,
    );
    const perIntegration = [
      ...fileOf('../src/configuration/integration-environment.ts').matchAll(/^ {2}([A-Z_]+)\?:/gm),
    ].map(([, name]) => name);
    const clients = integrationIds.flatMap((id) => [
      `${id.toUpperCase()}_CLIENT_ID`,
      `${id.toUpperCase()}_CLIENT_SECRET`,
    ]);
    const limits = [...fileOf('../src/configuration/limits-environment.ts').matchAll(/^ {2}([A-Z_]+) =/gm)].map(
      ([, name]) => `LIMIT_${name}`,
    );
    const settings = perIntegration.filter((name) => !name?.startsWith('CLIENT_')).map((name) => `HUBSPOT_${name}`);
    expect(Object.keys(examples).sort()).toEqual(
      [
        ...known,
        ...redis,
        ...limits,
        ...clients,
        ...settings,
        'SLACK_HISTORY_RATE_LIMIT',
        'SLACK_ALLOW_MESSAGE_STORAGE',
        'SLACK_SIGNING_SECRET',
        'NOTION_WEBHOOK_TOKEN',
        'AIRTABLE_WEBHOOKS',
        'HUBSPOT_WEBHOOKS_JOURNAL',
      ].sort(),
    );
  });

  it('shows the limits as they are by default', () => {
    const limits = Object.fromEntries(Object.entries(examples).filter(([name]) => name.startsWith('LIMIT_')));
    expect(read({ ...PRODUCTION, ...limits }).limits).toEqual(read(PRODUCTION).limits);
    expect(Object.keys(limits).length).toBe(Object.keys(read(PRODUCTION).limits).length);
  });

  it('holds good values', () => {
    const given = Object.fromEntries(Object.entries(examples).filter(([, value]) => value !== ''));
    expect(faultsOf({ ...PRODUCTION, ...given })).toEqual([]);
  });
});
