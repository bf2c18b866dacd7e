import { registerAs } from '@nestjs/config';
import { integrationIds } from '../integrations/definitions.js';
import { readConfiguration } from './read-configuration.js';

/**
 * The only reader of `process.env` (and of the process's arguments). `.env` has been merged into it by ConfigModule.
 * `--sandbox-by-default`, which `npm start` gives, makes sandbox mode the default where no client ids are set.
 */
export const configuration = registerAs('causeway', () =>
  readConfiguration(process.env, {
    integrationIds,
    sandboxByDefault: process.argv.includes('--sandbox-by-default'),
  }),
);
