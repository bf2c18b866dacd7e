import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  freePort,
  spawnOwned,
  startMockProviders,
  startRedis,
  type MockProvidersProcess,
  type OwnedProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { authorize, connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, startProduction } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../../docs/production/observability.md', import.meta.url));
const RULES = join(DEPLOY, 'prometheus/alerts.yml');
const promtool = (...args: string[]) => promisify(execFile)('promtool', args);

/** The rules with short times and low numbers: a fault has to be seen within seconds. */
const quick = (rules: string) =>
  rules
    .replace(/^ *for: .*\n/gm, '')
    .replace(/\[\d+[mh]\]/g, '[20s]')
    .replace('[20s])) > 20', '[20s])) > 0')
    .replace('[20s])) > 10', '[20s])) > 0.1');

let apart: MockProvidersProcess;
let redis: RedisServer;
let service: Service;
let causeway: CausewayClient;
let prometheus: OwnedProcess;
let folder: string;
let url: string;

beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  service = await startProduction(apart.mockProviders, {
    REDIS_URL: redis.url,
    HUBSPOT_CLIENT_SECRET: 'not-the-secret',
    SLACK_RATE_LIMIT: '1/2',
  });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  folder = await mkdtemp(join(tmpdir(), 'causeway-prometheus-'));
  await writeFile(join(folder, 'alerts.yml'), quick(await readFile(RULES, 'utf8')));
  await writeFile(
    join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: causeway
    static_configs: [{ targets: ['127.0.0.1:${service.port}'] }]
`,
  );
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  prometheus = await spawnOwned(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } },
  );
  await eventually(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), 20_000);
}, 60_000);
afterAll(async () => {
  prometheus?.signal('SIGKILL');
  await prometheus?.ended;
  await service?.stop();
  await Promise.all([apart?.stop(), redis?.stop()]);
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function firing(): Promise<string[]> {
  const { data } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as {
    data: { alerts: { state: string; labels: { alertname: string } }[] };
  };
  return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
}

const fires = (...names: string[]) =>
  eventually(async () => expect(await firing()).toEqual(expect.arrayContaining(names)), 25_000);

const ask = (path: string, method = 'GET') => raw(`${service.url}${path}`, { method });

test('the rules and the example are valid, and each rule fires at its fault and not before', async () => {
  await promtool('check', 'rules', RULES);
  await promtool('check', 'config', '--syntax-only', join(DEPLOY, 'prometheus/prometheus.yml'));
  // Debian's build cannot ask Kubernetes for pods: the rest of that example.
  const text = await readFile(join(DEPLOY, 'prometheus/prometheus-kubernetes.yml'), 'utf8');
  const rest = join(folder, 'prometheus-kubernetes.yml');
  await writeFile(rest, text.replace(/^ {4}kubernetes_sd_configs:\n(?: {6}.*\n)+/m, ''));
  await promtool('check', 'config', '--syntax-only', rest);
  await promtool('test', 'rules', join(DEPLOY, 'prometheus/alerts-test.yml'));
});

test('every series is documented, and every alert, and what rules and dashboard read exists', async () => {
  const { text } = await ask('/metrics');
  const series = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  const document = await readFile(DOCUMENT, 'utf8');
  expect(series.filter((name) => name.startsWith('causeway_') && !document.includes(`\`${name}\``))).toEqual([]);
  const rules = await readFile(RULES, 'utf8');
  const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);
  expect(alerts.length).toBeGreaterThan(10);
  expect(alerts.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
  const dashboard = await readFile(join(DEPLOY, 'grafana/causeway.json'), 'utf8');
  const read = [...`${rules}${dashboard}`.matchAll(/\b(?:causeway|nodejs|process)_\w+/g)].map(([name]) => name);
  expect(new Set(read).size).toBeGreaterThan(15);
  const isKnown = (name: string) => series.includes(name) || series.includes(name.replace(/_(bucket|sum|count)$/, ''));
  expect([...new Set(read)].filter((name) => !isKnown(name))).toEqual([]);
});

test('faults of providers, and of the store, fire their alerts in a real Prometheus', async () => {
  // Rates begin with the second value of a counter.
  const user = someone();
  const { id: airtable } = await connect(causeway, 'airtable', user);
  const { id: notion } = await connect(causeway, 'notion', user);
  const { id: slack } = await connect(causeway, 'slack', user);
  await ask(`/connections/${airtable}/refresh`, 'POST');
  await ask(`/connections/${airtable}/proxy/v0/meta/whoami`);
  // Redis keeps nothing on a disk here.
  await fires('CausewayStoreWarning');
  expect(await firing()).not.toEqual(expect.arrayContaining(['CausewayNotReady', 'CausewayClientRejected']));

  await authorize(causeway, 'hubspot', user);
  await apart.mockProviders.revoke({ provider: 'notion' });
  await ask(`/connections/${notion}/refresh`, 'POST');
  const waiting = Promise.all(Array.from({ length: 4 }, () => ask(`/connections/${slack}/proxy/auth.test`)));
  await apart.mockProviders.fault({ provider: 'airtable', on: 'data', kind: 'server-error' });
  await apart.mockProviders.fault({ provider: 'airtable', on: 'token', kind: 'server-error' });
  const failing = setInterval(() => {
    void ask(`/connections/${airtable}/refresh`, 'POST').catch(() => undefined);
    void ask(`/connections/${airtable}/check`, 'POST').catch(() => undefined);
  }, 500);
  try {
    await fires('CausewayClientRejected', 'CausewayRefreshFailures', 'CausewayErrors', 'CausewayRateLimitWaits');
    await fires('CausewayProviderErrors');
  } finally {
    clearInterval(failing);
    await waiting;
  }

  await redis.kill();
  await ask(`/connections/${slack}/token`);
  await fires('CausewayNotReady', 'CausewayStoreErrors');
  await service.kill();
  await fires('CausewayDown');
}, 120_000);
