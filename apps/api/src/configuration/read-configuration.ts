import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { EncryptionKey } from '@causeway/crypto';
import { ConfigurationError, type Configuration, type IntegrationSettings } from './configuration.js';
import { INSTALLATION } from './installation.js';
import {
  IntegrationEnvironment,
  readAllowedStorage,
  readOtherRateLimits,
  JOURNAL_SETTING,
  readJournalSetting,
  storageVariable,
  readWebhookSetting,
  type WebhookSetting,
} from './integration-environment.js';
import { LimitsEnvironment } from './limits-environment.js';
import { RedisEnvironment } from './redis-environment.js';
import { misspelledNames, variablesOf } from './misspelled-names.js';
import { ServiceEnvironment } from './service-environment.js';
import { TelemetryEnvironment } from './telemetry-environment.js';

type Environment = Readonly<Record<string, string | undefined>>;

type RestrictedTypes = Readonly<Record<string, readonly string[]>>;
/** By integration; not given: it has none. */
type WebhookSettings = Readonly<Record<string, WebhookSetting>>;

interface Defaults {
  integrationIds: readonly string[];
  /** The item types of each integration that the provider's terms restrict keeping. */
  restrictedTypes: RestrictedTypes;
  webhookSettings: WebhookSettings;
  /** The integrations whose provider has a journal. */
  journalIds: readonly string[];
  /** Sandbox mode if neither CAUSEWAY_MODE nor a client id is set. */
  sandboxByDefault: boolean;
}

/** @throws ConfigurationError */
export function readConfiguration(
  environment: Environment,
  { integrationIds, restrictedTypes, webhookSettings, journalIds, sandboxByDefault }: Defaults,
): Configuration {
  const faults: string[] = [];
  const service = read(ServiceEnvironment, environment, '', faults);
  const telemetry = read(TelemetryEnvironment, environment, '', faults);
  const limits = read(LimitsEnvironment, environment, 'LIMIT_', faults);
  const redis = read(RedisEnvironment, environment, 'REDIS_', faults).toStoreOptions(faults);
  const integrations: Record<string, IntegrationSettings> = {};
  for (const id of integrationIds) {
    const prefix = `${id.toUpperCase()}_`;
    integrations[id] = {
      ...read(IntegrationEnvironment, environment, prefix, faults).toSettings(),
      otherRateLimits: readOtherRateLimits(environment, prefix, faults),
      ...readWebhookSetting(environment, prefix, webhookSettings[id], faults),
      ...readJournalSetting(environment, prefix, journalIds.includes(id), faults),
      allowedStorage: new Set(),
    };
  }
  const known = knownNames(integrationIds, restrictedTypes, webhookSettings, journalIds);
  faults.push(...misspelledNames(environment, known), ...differentAddresses(environment));
  const withClient = integrationIds.filter((id) => integrations[id]?.client !== null);
  const mode = service.CAUSEWAY_MODE ?? (sandboxByDefault && withClient.length === 0 ? 'sandbox' : 'production');
  for (const [id, settings] of Object.entries(integrations)) {
    const { apiUrl } = settings;
    // An API on this machine is a mock provider, and no terms restrict what is kept of it.
    const isMock = apiUrl === null ? mode === 'sandbox' : URL.canParse(apiUrl) && isLoopback(new URL(apiUrl).hostname);
    const types = restrictedTypes[id] ?? [];
    settings.allowedStorage = readAllowedStorage(environment, id, { types, byDefault: isMock }, faults);
  }
  const encryptionKeys = (service.ENCRYPTION_KEYS ?? []).map(readKey);
  if (hasTwice(encryptionKeys.map(({ id }) => id))) faults.push('ENCRYPTION_KEYS has one id for two keys');
  if (hasTwice(encryptionKeys.map(({ secret }) => secret.toString('base64'))))
    faults.push('ENCRYPTION_KEYS has one key under two ids');
  faults.push(...(mode === 'sandbox' ? sandboxFaults(service, withClient) : productionFaults(service)));
  const workers = service.WORKERS === 'auto' ? availableParallelism() : Number(service.WORKERS ?? 1);
  if (service.WORKERS === 'auto' || workers > 1) faults.push(...workerFaults(mode, redis !== null));
  if (faults.length > 0) throw new ConfigurationError(faults);

  const port = service.PORT ?? 8000;
  const publicUrl = new URL(service.PUBLIC_URL ?? `http://localhost:${port}`).origin;
  const dataDirectory = resolve(service.DATA_DIR ?? '.data');
  return {
    mode,
    host: service.HOST ?? '127.0.0.1',
    port,
    publicUrl,
    trustProxy: ['true', 'on', '1'].includes(service.TRUST_PROXY ?? 'off'),
    webhookPrivateAddresses: ['true', 'on', '1'].includes(
      service.WEBHOOK_PRIVATE_ADDRESSES ?? (mode === 'sandbox' ? 'on' : 'off'),
    ),
    webOrigins: webOrigins(service, mode, publicUrl, port),
    workers,
    store: redis ?? { kind: 'embedded', directory: dataDirectory },
    dataDirectory,
    databaseUrl: service.DATABASE_URL ?? null,
    syncConcurrency: service.SYNC_CONCURRENCY ?? 4,
    encryptionKeys,
    adminKey: service.ADMIN_KEY ?? null,
    metricsKey: service.METRICS_KEY ?? null,
    credentialTtlMs: service.CREDENTIAL_TTL_SECONDS === undefined ? null : service.CREDENTIAL_TTL_SECONDS * 1000,
    audit: { entries: service.AUDIT_ENTRIES ?? 100_000, days: service.AUDIT_DAYS ?? 365 },
    activity: { entries: service.ACTIVITY_ENTRIES ?? 10_000, days: service.ACTIVITY_DAYS ?? 30 },
    finishTimeoutMs: (service.FINISH_SECONDS ?? 300) * 1000,
    logLevel: service.LOG_LEVEL ?? 'info',
    drainMs: service.DRAIN_SECONDS === undefined ? null : service.DRAIN_SECONDS * 1000,
    shutdownMs: (service.SHUTDOWN_SECONDS ?? (mode === 'sandbox' ? 0 : 5)) * 1000,
    requestLog: telemetry.requestLog(),
    exportsTraces: telemetry.exportsTraces(),
    build: { version: INSTALLATION.version, commit: telemetry.CAUSEWAY_COMMIT ?? null },
    limits: limits.toLimits(),
    integrations,
  };
}

/** All that is read from the environment, but for further limits of an integration. */
export function knownNames(
  integrationIds: readonly string[],
  restrictedTypes: RestrictedTypes,
  webhookSettings: WebhookSettings,
  journalIds: readonly string[],
): string[] {
  const prefixes = integrationIds.map((id) => `${id.toUpperCase()}_`);
  return [
    ...variablesOf(ServiceEnvironment),
    ...variablesOf(TelemetryEnvironment),
    ...variablesOf(RedisEnvironment).map((name) => `REDIS_${name}`),
    ...variablesOf(LimitsEnvironment).map((name) => `LIMIT_${name}`),
    ...prefixes.flatMap((prefix) => variablesOf(IntegrationEnvironment).map((name) => prefix + name)),
    ...Object.entries(webhookSettings).map(([id, setting]) => `${id.toUpperCase()}_${setting}`),
    ...journalIds.map((id) => `${id.toUpperCase()}_${JOURNAL_SETTING}`),
    ...integrationIds.flatMap((id) => (restrictedTypes[id] ?? []).map((type) => storageVariable(id, type))),
  ];
}

/** @param hostname with the brackets of an IPv6 address in a URL, or without */
function isLoopback(hostname: string): boolean {
  return ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(hostname);
}

/** One of them would be ignored in silence. */
function differentAddresses({ REDIS_URL: url = '', REDIS_HOST: host, REDIS_PORT: port }: Environment): string[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port: urlPort } = new URL(url);
  const isSame = (host || hostname) === hostname && (port || urlPort || '6379') === (urlPort || '6379');
  return isSame ? [] : ['REDIS_HOST and REDIS_PORT are another address than that in REDIS_URL: remove them, or it'];
}

/** Reads the variables with this prefix; an empty one counts as not set. */
function read<T extends object>(
  type: ClassConstructor<T>,
  environment: Environment,
  prefix: string,
  faults: string[],
): T {
  const given = Object.entries(environment).flatMap(([name, value]) => {
    const text = value?.trim() ?? '';
    return name.startsWith(prefix) && text !== '' ? [[name.slice(prefix.length), text]] : [];
  });
  const instance = plainToInstance(type, Object.fromEntries(given), { exposeUnsetFields: false });
  for (const { property, constraints } of validateSync(instance, {
    validationError: { target: false, value: false },
  })) {
    const [message] = Object.values(constraints ?? {});
    faults.push(`${prefix}${property} ${message ?? 'is not valid'}`);
  }
  return instance;
}

function readKey(entry: string): EncryptionKey {
  const [id = '', secret = ''] = entry.split(':');
  return { id, secret: Buffer.from(secret, 'base64') };
}

function hasTwice(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

function sandboxFaults(service: ServiceEnvironment, withClient: readonly string[]): string[] {
  const faults = withClient.map(
    (id) =>
      `${id.toUpperCase()}_CLIENT_ID cannot be combined with sandbox mode: remove it, or set CAUSEWAY_MODE=production`,
  );
  if (service.HOST !== undefined && !isLoopback(service.HOST)) {
    faults.push('HOST has to be a loopback address in sandbox mode, which has no sign-in');
  }
  return faults;
}

function productionFaults(service: ServiceEnvironment): string[] {
  const faults: string[] = [];
  const isDefault = service.CAUSEWAY_MODE === undefined;
  const required = `is required in production mode${isDefault ? ', not with CAUSEWAY_MODE=sandbox' : ''}`;
  if (service.ENCRYPTION_KEYS === undefined || service.ENCRYPTION_KEYS.length === 0) {
    faults.push(`ENCRYPTION_KEYS ${required} (id:key, the key from \`openssl rand -base64 32\`)`);
  }
  if (service.ADMIN_KEY === undefined) {
    faults.push(`ADMIN_KEY ${required} (at least 32 characters, from \`openssl rand -hex 32\`)`);
  }
  return faults;
}

function workerFaults(mode: Configuration['mode'], hasRedis: boolean): string[] {
  if (mode === 'sandbox') return ['WORKERS has to be 1 in sandbox mode'];
  if (hasRedis) return [];
  return ['WORKERS has to be 1 with the embedded store, which belongs to one process: set REDIS_URL for more'];
}

function webOrigins(
  service: ServiceEnvironment,
  mode: Configuration['mode'],
  publicUrl: string,
  port: number,
): string[] {
  const listed = (service.WEB_ORIGINS ?? 'http://localhost:3000')
    .split(',')
    .map((origin) => new URL(origin.trim()).origin);
  // Users type either name of the loopback address.
  const own = mode === 'sandbox' ? [publicUrl, `http://localhost:${port}`, `http://127.0.0.1:${port}`] : [publicUrl];
  return [...new Set([...own, ...listed])];
}
