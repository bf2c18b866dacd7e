import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { knownNames } from '../apps/api/src/configuration/read-configuration.js';
import { COMMAND_TIMEOUT_MS } from '../libs/store/src/redis/timeout.js';
import {
  integrationIds,
  journalIds,
  restrictedTypes,
  webhookSettings,
} from '../apps/api/src/integrations/definitions.js';

/** The files for Docker Compose, against the image, the proxy's file, and what the service has. */

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const { paths } = JSON.parse(read('openapi/openapi.json')) as { paths: Record<string, unknown> };
const dockerfile = read('Dockerfile');
/** How long a refresh that has begun may take, and a little more. */
const REFRESH_SECONDS = 25;

interface ComposeService {
  image?: string;
  build?: unknown;
  environment?: Record<string, string>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
  volumes?: string[];
  read_only?: boolean;
  cap_drop?: string[];
}

interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

const compose = (path: string) => parse(read(path), { merge: true }) as Compose;
const isOurs = ({ build }: ComposeService) => build !== undefined;

function faultsOf({ services, volumes }: Compose): string[] {
  const faults: string[] = [];
  const known = knownNames(integrationIds, restrictedTypes, webhookSettings, journalIds);
  for (const [name, service] of Object.entries(services)) {
    const check = (isRight: boolean, fault: string) => void (isRight || faults.push(`${name}: ${fault}`));
    const { environment = {}, ports = [], depends_on: needs = {} } = service;
    for (const [needed, { condition }] of Object.entries(needs)) {
      const other = services[needed];
      const isChecked = other?.healthcheck !== undefined || (other !== undefined && isOurs(other));
      check(condition !== 'service_healthy' || isChecked, `waits for ${needed}, whose health nobody checks`);
    }
    for (const volume of service.volumes ?? [])
      check(volume.startsWith('.') || volume.split(':')[0]! in volumes, `there is no volume ${volume}`);
    for (const port of ports) check(port.startsWith('127.0.0.1:'), 'listens on all addresses of the machine');
    if (!isOurs(service)) continue;
    for (const variable of Object.keys(environment)) check(known.includes(variable), `${variable} is no setting`);
    const { DRAIN_SECONDS: drain = '3', SHUTDOWN_SECONDS: shutdown = '5', PORT: port } = environment;
    const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1] ?? 10);
    check(grace >= Number(drain) + Number(shutdown) + REFRESH_SECONDS, 'the grace period is too short');
    // PORT in .env is that of the machine: in the container, nothing may depend on it.
    check(port === '8000', 'PORT in .env changes the port in the container');
    check(
      environment['PUBLIC_URL']?.includes('${PORT:-8000}') === true,
      'PUBLIC_URL has another port than browsers use',
    );
    for (const mapping of ports)
      check(mapping.endsWith(`:${port}`), 'another port than that of the container is published');
    check(service.read_only === true && service.cap_drop?.includes('ALL') === true, 'has more rights than it needs');
  }
  return faults;
}

describe.each(['docker-compose.yml', 'deploy/compose/replicas.yml'])('%s', (path) => {
  test('fits the image and the service', () => {
    expect(Object.keys(compose(path).services).length).toBeGreaterThan(1);
    expect(faultsOf(compose(path))).toEqual([]);
  });

  test.each([
    ['a grace period that is too short', (ours: ComposeService) => (ours.stop_grace_period = '10s'), /grace/],
    [
      'the port of .env in the container',
      (ours: ComposeService) => delete ours.environment?.['PORT'],
      /PORT in \.env|another port/,
    ],
    ['a setting that does not exist', (ours: ComposeService) => (ours.environment!['REDIS_URI'] = 'x'), /REDIS_URI/],
  ])('finds %s', (_, plant, fault) => {
    const file = compose(path);
    const ours = Object.values(file.services).find(isOurs);
    if (ours !== undefined) plant(ours);
    expect(faultsOf(file).length).toBeGreaterThan(0);
    for (const found of faultsOf(file)) expect(found).toMatch(fault);
  });

  test('its Redis keeps what it acknowledges, evicts nothing, and has a password', () => {
    const { command } = compose(path).services['redis'] as { command: string[] };
    const setting = (name: string) => command[command.indexOf(`--${name}`) + 1];
    expect([setting('appendonly'), setting('appendfsync'), setting('maxmemory-policy')]).toEqual([
      'yes',
      'always',
      'noeviction',
    ]);
    expect(setting('requirepass')).toMatch(/REDIS_PASSWORD:\?/);
  });
});

test('the health check of the image is a route', () => {
  const [, path = ''] = /fetch\(`http:\/\/127\.0\.0\.1:\$\{process\.env\.PORT\}([^`]+)`/.exec(dockerfile) ?? [];
  expect(Object.keys(paths)).toContain(path);
});

test('the proxy knows each replica, and checks their readiness', () => {
  const proxyFile = read('deploy/compose/haproxy.cfg');
  const { services } = compose('deploy/compose/replicas.yml');
  const environment = services['proxy']?.environment ?? {};
  const used = [...new Set([...proxyFile.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))];
  expect(used.sort()).toEqual(Object.keys(environment).sort());
  const replicas = Object.entries(services).filter(([, service]) => isOurs(service));
  expect(Object.values(environment).filter((address) => address.startsWith('replica'))).toEqual(
    replicas.map(([name, service]) => `${name}:${service.environment?.['PORT']}`),
  );
  const [, checked = ''] = /option httpchk GET (\S+)/.exec(proxyFile) ?? [];
  expect(checked).toBe('/health/ready');
  expect(Object.keys(paths)).toContain(checked);
  // A replica whose Redis is slow says so itself.
  const [, limit = ''] = /^ {2}timeout check (\d+)s$/m.exec(proxyFile) ?? [];
  expect(Number(limit) * 1000).toBeGreaterThan(COMMAND_TIMEOUT_MS);
  // A failed check takes a replica out within the time that it goes on listening, also where one that began before it was slow.
  const [, interval = ''] = /inter (\d+)ms fall 1/.exec(proxyFile) ?? [];
  for (const [, { environment: settings }] of replicas)
    expect(Number(settings?.['DRAIN_SECONDS'])).toBeGreaterThanOrEqual(Number(limit) + (3 * Number(interval)) / 1000);
});

test('the proxy sends a write again only where no connection was made', () => {
  const proxyFile = read('deploy/compose/haproxy.cfg');
  const [, retried = ''] = /^ {2}retry-on (.+)$/m.exec(proxyFile) ?? [];
  expect(retried.split(' ')).toContain('conn-failure');
  expect(proxyFile).toMatch(/^ {2}http-request disable-l7-retry unless \{ method GET HEAD OPTIONS \}$/m);
});

test('nothing that is protected by a password has an empty one', () => {
  for (const path of ['docker-compose.yml', 'deploy/compose/replicas.yml'])
    expect(read(path)).not.toMatch(/_PASSWORD:?-\}|PASSWORD: (''|"")/);
});
