import { Module } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { describeErrorBriefly } from '@causeway/problem';
import { CONFIGURATION, ConfigurationError, type Configuration } from '../../configuration/configuration.js';
import { ConfigurationModule } from '../../environment.js';
import { RawStore, RawStoreModule } from '../../store/store.module.js';
import { print, runCommand, withModule } from '../command.js';
import type { Finding } from './finding.js';
import { inspectIntegrations } from './inspect-integrations.js';
import { inspectDatabase, inspectStore } from './store-checks.js';

@Module({ imports: [ConfigurationModule] })
class SettingsModule {}

@Module({ imports: [ConfigurationModule, RawStoreModule] })
class DoctorModule {}

export interface DoctorOptions {
  json?: boolean;
  offline?: boolean;
}

export const doctor = ({ json = false, offline = false }: DoctorOptions): Promise<void> =>
  runCommand('doctor', async () => {
    const findings = await inspect(offline);
    if (json) print(JSON.stringify({ findings }, null, 2));
    else for (const finding of findings) print(lineOf(finding));
    return findings.some(({ status }) => status === 'fail') ? 1 : 0;
  });

/** Without valid settings nothing else can be looked at; without a store, everything else can. */
async function inspect(isOffline: boolean): Promise<Finding[]> {
  let config: Configuration;
  try {
    config = await withModule(SettingsModule, async (app) => app.get<Configuration>(CONFIGURATION));
  } catch (error) {
    return faultsOf('configuration', error);
  }
  const { mode, publicUrl, databaseUrl } = config;
  const settings: Finding = { check: 'configuration', status: 'ok', detail: `${mode} mode, reached at ${publicUrl}` };
  const store = await withModule(DoctorModule, (app) => inspectStore(app.get(RawStore), app.get(Keyring))).catch(
    (error: unknown) => faultsOf('store', error),
  );
  const database = databaseUrl === null ? [] : [await inspectDatabase(databaseUrl)];
  return [settings, ...store, ...database, ...(await inspectIntegrations(config, isOffline))];
}

function faultsOf(check: string, error: unknown): Finding[] {
  const faults = error instanceof ConfigurationError ? error.faults : [describeErrorBriefly(error)];
  return faults.map((detail) => ({ check, status: 'fail', detail }));
}

function lineOf({ check, status, detail, advice }: Finding): string {
  return `${status.padEnd(5)} ${check}: ${detail}${advice === undefined ? '' : `\n      ${advice}`}`;
}
