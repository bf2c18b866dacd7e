import { IsIn, IsOptional, Matches, MinLength } from 'class-validator';
import {
  AreRandomKeys,
  IsDatabaseUrl,
  IsListOf,
  IsOrigin,
  IsOrigins,
  IsPort,
  IsVaried,
  IsWholeNumber,
} from './environment-rules.js';

const ENCRYPTION_KEY = /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=$/;

/** The environment variables that do not belong to one integration. Messages follow the variable's name. */
export class ServiceEnvironment {
  @IsOptional()
  @IsIn(['sandbox', 'production'], { message: 'has to be "sandbox" or "production"' })
  CAUSEWAY_MODE?: 'sandbox' | 'production';

  @IsOptional()
  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'has to be a host name or an address' })
  HOST?: string;

  @IsOptional()
  @IsPort()
  PORT?: number;

  @IsOptional()
  @IsOrigin({ message: 'has to be an http or https URL without path, query and user' })
  PUBLIC_URL?: string;

  @IsOptional()
  @IsOrigins({ message: 'has to be a comma list of origins such as https://app.example.com' })
  WEB_ORIGINS?: string;

  @IsOptional()
  @Matches(/^([1-9]\d?|auto)$/, { message: 'has to be a whole number from 1 to 99, or "auto"' })
  WORKERS?: string;

  @IsOptional()
  DATA_DIR?: string;

  @IsOptional()
  @IsDatabaseUrl({ message: 'has to be a postgres:// or postgresql:// URL with a host and a database' })
  DATABASE_URL?: string;

  @IsOptional()
  @IsWholeNumber(0, 64, 'has to be a whole number from 0 to 64')
  SYNC_CONCURRENCY?: number;

  @IsOptional()
  @IsListOf(ENCRYPTION_KEY, 'has to be a comma list of id:key, each key 32 bytes in base64')
  @AreRandomKeys({ message: 'has a key that is not random: take one from `openssl rand -base64 32`' })
  ENCRYPTION_KEYS?: string[];

  @IsOptional()
  @MinLength(32, { message: 'has to have at least 32 characters' })
  @IsVaried({ message: 'is easy to guess: take one from `openssl rand -hex 32`' })
  ADMIN_KEY?: string;

  @IsOptional()
  @MinLength(32, { message: 'has to have at least 32 characters' })
  @IsVaried({ message: 'is easy to guess: take one from `openssl rand -hex 32`' })
  METRICS_KEY?: string;

  @IsOptional()
  @IsWholeNumber(1, Number.MAX_SAFE_INTEGER, 'has to be a whole number of seconds, at least 1')
  CREDENTIAL_TTL_SECONDS?: number;

  @IsOptional()
  @IsWholeNumber(1_000, 10_000_000, 'has to be a whole number from 1000 to 10000000')
  AUDIT_ENTRIES?: number;

  @IsOptional()
  @IsWholeNumber(1, 36_500, 'has to be a whole number of days from 1 to 36500')
  AUDIT_DAYS?: number;

  @IsOptional()
  @IsWholeNumber(0, 1_000_000, 'has to be a whole number from 0 to 1000000')
  ACTIVITY_ENTRIES?: number;

  @IsOptional()
  @IsWholeNumber(1, 3_650, 'has to be a whole number of days from 1 to 3650')
  ACTIVITY_DAYS?: number;

  @IsOptional()
  @IsWholeNumber(1, 300, 'has to be a whole number of seconds from 1 to 300')
  FINISH_SECONDS?: number;

  @IsOptional()
  @IsWholeNumber(0, 300, 'has to be a whole number of seconds from 0 to 300')
  DRAIN_SECONDS?: number;

  @IsOptional()
  @IsWholeNumber(0, 3_600, 'has to be a whole number of seconds from 0 to 3600')
  SHUTDOWN_SECONDS?: number;

  @IsOptional()
  @IsIn(['error', 'warn', 'info', 'debug'], { message: 'has to be error, warn, info or debug' })
  LOG_LEVEL?: 'error' | 'warn' | 'info' | 'debug';

  @IsOptional()
  @IsIn(['true', 'false', 'on', 'off', '1', '0'], { message: 'has to be on or off' })
  TRUST_PROXY?: string;

  @IsOptional()
  @IsIn(['true', 'false', 'on', 'off', '1', '0'], { message: 'has to be on or off' })
  WEBHOOK_PRIVATE_ADDRESSES?: string;
}
