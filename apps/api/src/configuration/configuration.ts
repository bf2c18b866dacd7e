import { getConfigToken } from '@nestjs/config';
import type { StoreOptions } from '@causeway/store';
import type { EncryptionKey } from '@causeway/crypto';
import type { TenantLimits } from './limits-environment.js';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface RateLimitSetting {
  requests: number;
  seconds: number;
}

/** The operator's settings for one integration; `null` if not set. */
export interface IntegrationSettings {
  client: { id: string; secret: string } | null;
  redirectUri: string | null;
  scopes: string[] | null;
  authorizationUrl: string | null;
  tokenUrl: string | null;
  revocationUrl: string | null;
  apiUrl: string | null;
  rateLimit: RateLimitSetting | 'off' | null;
  /** Webhooks are made at the provider, where each container needs one of its own. */
  makesWebhooks: boolean;
  /** What happens is read from the provider's journal. */
  readsJournal: boolean;
  /** What the provider signs its webhooks with, where that is a setting of its own. */
  webhookSecret: string | null;
  /** For limits of the definition other than the main one, by their names. */
  otherRateLimits: Readonly<Record<string, RateLimitSetting>>;
  /** Item types that syncs may keep though the provider's terms restrict it. */
  allowedStorage: ReadonlySet<string>;
}

export const CONFIGURATION_NAME = 'causeway';

/** The injection token of `Configuration`. */
export const CONFIGURATION = getConfigToken(CONFIGURATION_NAME);

/** The validated configuration. URLs have no trailing slash; times are milliseconds. */
export interface Configuration {
  mode: 'sandbox' | 'production';
  host: string;
  port: number;
  publicUrl: string;
  trustProxy: boolean;
  /** Whether webhooks are sent to private addresses and over plain http. */
  webhookPrivateAddresses: boolean;
  /** Allowed for CORS, `postMessage` and `returnTo`. Always includes our own origin. */
  webOrigins: string[];
  /** Processes that share the port. */
  workers: number;
  store: StoreOptions;
  dataDirectory: string;
  /** The PostgreSQL database of the items that syncs keep; `null`: they are in the embedded store. */
  databaseUrl: string | null;
  /** Runs of syncs at the same time in this process; 0: it runs none. */
  syncConcurrency: number;
  /** Empty in sandbox mode, which creates a key in the data directory. */
  encryptionKeys: EncryptionKey[];
  adminKey: string | null;
  /** What reads `/metrics`; `null`: nobody needs a key for it. */
  metricsKey: string | null;
  credentialTtlMs: number | null;
  /** How much of the audit log is kept. */
  audit: { entries: number; days: number };
  /** How much of the activity log of each organization is kept; no entries: there is none. */
  activity: { entries: number; days: number };
  /** How long a grant waits for its finish code. */
  finishTimeoutMs: number;
  logLevel: LogLevel;
  /** How long the process goes on listening when it is to end; `null`: as long as who follows its readiness needs. */
  drainMs: number | null;
  /** How long it then waits for what still runs. */
  shutdownMs: number;
  /** The share of requests that have a line in the log; `null`: none has. */
  requestLog: number | null;
  /** Whether traces are sent somewhere. */
  exportsTraces: boolean;
  /** Which build of the service this is; `commit` is `null` where the build did not say. */
  build: { version: string; commit: string | null };
  limits: TenantLimits;
  integrations: Record<string, IntegrationSettings>;
}

/** Names every invalid variable, without its value, which may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}
