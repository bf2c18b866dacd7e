import { ConfigModule, registerAs } from '@nestjs/config';
import { CONFIGURATION_NAME } from './configuration/configuration.js';
import { readConfiguration } from './configuration/read-configuration.js';
import { integrationIds, journalIds, restrictedTypes, webhookSettings } from './integrations/definitions.js';
import { hasSandboxKey } from './sandbox/sandbox-key.js';

/**
 * The only reader of `process.env` (and of the process's arguments). ConfigModule has merged `.env` into it.
 * `npm start` passes `--sandbox-by-default`, which makes sandbox mode the default where no client ids are set. `npm run causeway` passes
 * `--sandbox-if-used`, so that its commands work beside that service.
 */
export const configuration = registerAs(CONFIGURATION_NAME, () =>
  readConfiguration(process.env, {
    integrationIds,
    restrictedTypes,
    webhookSettings,
    journalIds,
    sandboxByDefault: process.argv.includes('--sandbox-by-default') || isSandboxUsed(),
  }),
);

/** A command that finds no settings of production must not begin an installation in sandbox mode: one has to be there. */
function isSandboxUsed(): boolean {
  const { ENCRYPTION_KEYS, ADMIN_KEY, DATA_DIR } = process.env;
  const isProduction = [ENCRYPTION_KEYS, ADMIN_KEY].some((value = '') => value.trim() !== '');
  return process.argv.includes('--sandbox-if-used') && !isProduction && hasSandboxKey(DATA_DIR?.trim() || '.data');
}

/** Provides `CONFIGURATION` to every module. */
export const ConfigurationModule = ConfigModule.forRoot({ isGlobal: true, load: [configuration] });
