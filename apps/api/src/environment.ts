import { ConfigModule, registerAs } from '@nestjs/config';
import { CONFIGURATION_NAME } from './configuration/configuration.js';
import { readConfiguration } from './configuration/read-configuration.js';
import { integrationIds, journalIds, restrictedTypes, webhookSettings } from './integrations/definitions.js';

/**
 * The only reader of `process.env` (and of the process's arguments). ConfigModule has merged `.env` into it.
 * `npm start` passes `--sandbox-by-default`, which makes sandbox mode the default where no client ids are set.
 */
export const configuration = registerAs(CONFIGURATION_NAME, () =>
  readConfiguration(process.env, {
    integrationIds,
    restrictedTypes,
    webhookSettings,
    journalIds,
    sandboxByDefault: process.argv.includes('--sandbox-by-default'),
  }),
);

/** Provides `CONFIGURATION` to every module. */
export const ConfigurationModule = ConfigModule.forRoot({ isGlobal: true, load: [configuration] });
