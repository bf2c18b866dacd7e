import { getConfigToken } from '@nestjs/config';
import type { StoreOptions } from '@causeway/store';
import type { EncryptionKey } from '@causeway/crypto';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** What an operator set for one integration. `null`: not set. */
export interface IntegrationSettings {
  client: { id: string; secret: string } | null;
  redirectUri: string | null;
  scopes: string[] | null;
  authorizationUrl: string | null;
  tokenUrl: string | null;
  revocationUrl: string | null;
  apiUrl: string | null;
  rateLimit: { requests: number; seconds: number } | 'off' | null;
}

export const CONFIGURATION_NAME = 'causeway';

/** The injection token of `Configuration`. */
export const CONFIGURATION = getConfigToken(CONFIGURATION_NAME);

/** The checked configuration. URLs have no slash at their end; times are milliseconds. */
export interface Configuration {
  mode: 'sandbox' | 'production';
  host: string;
  port: number;
  publicUrl: string;
  trustProxy: boolean;
  /** Origins of other people's front ends: CORS, `postMessage`, `returnTo`. Our own is always among them. */
  webOrigins: string[];
  store: StoreOptions;
  dataDirectory: string;
  /** Empty in sandbox mode: one is made and kept in the data directory. */
  encryptionKeys: EncryptionKey[];
  adminKey: string | null;
  credentialTtlMs: number | null;
  logLevel: LogLevel;
  integrations: Record<string, IntegrationSettings>;
}

/** Every fault of the environment, by name. Holds no values: they may be secrets. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}
