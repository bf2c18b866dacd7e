import { OPERATOR } from '../../access/actor.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { describeErrorBriefly, Problem } from '@causeway/problem';
import type { INestApplicationContext } from '@nestjs/common';
import { ConnectionTransfer, type TransferOutcome } from '../../connections/connection-transfer.js';
import { IntegrationRegistry } from '../../integrations/integration-registry.js';
import { SyncTransfer } from '../../syncs/sync-transfer.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { Opener, type DecryptOptions } from '../copies/age.js';
import { Progress } from '../progress.js';
import { TransferModule } from './export.js';
import type { Candidate } from './candidate.js';
import { importOfNango, type NangoOptions } from './nango-import.js';
import { readTransfer, verifyTransfer } from './transfer-file.js';

export interface ImportOptions extends DecryptOptions, NangoOptions {
  from: 'causeway' | 'nango';
  dryRun?: boolean;
  replace?: boolean;
}

export const importConnections = (file: string | undefined, options: ImportOptions): Promise<void> =>
  runCommand('not imported', async () => {
    const { dryRun = false, replace = false } = options;
    const signal = stopSignal();
    return withModule(TransferModule, async (app) => {
      const counts = { created: 0, replaced: 0, kept: 0, failed: 0 };
      const syncCounts = { made: 0, leftOut: 0 };
      const progress = new Progress('connections read');
      const source = options.from === 'nango' ? importOfNango(app, options) : importOfFile(app, file, options);
      try {
        for await (const { name, run, syncs } of source) {
          signal.throwIfAborted();
          const importAll = async () => {
            const outcome = await run({ replace, dryRun });
            if (!dryRun && syncs !== undefined) addSyncs(syncCounts, syncs.count, await syncs.run());
            return outcome;
          };
          const outcome = await importAll().catch((error: unknown) => error as Error);
          const isFailed = outcome instanceof Error;
          counts[isFailed ? 'failed' : outcome] += 1;
          print(`${name}: ${isFailed ? `not imported: ${reasonOf(outcome)}` : textOf(outcome, dryRun)}`);
          progress.add();
        }
      } finally {
        progress.end();
        await app.get(SyncTransfer).close();
      }
      const { created, replaced, kept, failed } = counts;
      const detail = `${created} created, ${replaced} replaced, ${kept} kept, ${failed} not imported`;
      print(`${dryRun ? 'nothing was changed: ' : ''}${detail}`);
      if (syncCounts.made > 0) print(`made ${syncCounts.made} syncs; each loads its items anew with its first run`);
      if (syncCounts.leftOut > 0)
        print(
          `${syncCounts.leftOut} syncs were left out: without DATABASE_URL there is no store for them beside Redis`,
        );
      if (!dryRun)
        await app
          .get(AuditChain)
          .record({ type: 'connections-imported', actor: OPERATOR, detail: `${options.from}: ${detail}` });
      return failed > 0 ? 1 : 0;
    });
  });

async function* importOfFile(
  app: INestApplicationContext,
  file: string | undefined,
  options: DecryptOptions,
): AsyncGenerator<Candidate> {
  if (file === undefined) throw new CommandError('name the file of the export', 2);
  const opener = new Opener(options);
  await verifyTransfer(file, opener);
  const transfer = app.get(ConnectionTransfer);
  const registry = app.get(IntegrationRegistry, { strict: false });
  const syncTransfer = app.get(SyncTransfer);
  for await (const { connection, syncs = [] } of readTransfer(file, opener)) {
    const { id, integration, orgId, userId } = connection;
    yield {
      name: `${id} (${integration}, ${orgId}, ${userId})`,
      run: async (how) => {
        // Without a client nobody could refresh it.
        registry.configured(integration);
        return transfer.import(connection, how);
      },
      syncs: { count: syncs.length, run: () => syncTransfer.import(connection, syncs) },
    };
  }
}

function addSyncs(counts: { made: number; leftOut: number }, count: number, made: number | null): void {
  counts.made += made ?? 0;
  counts.leftOut += made === null ? count : 0;
}

function textOf(outcome: TransferOutcome, dryRun: boolean): string {
  if (outcome === 'kept') return 'kept, because what is stored here is as new: --replace takes the one of the file';
  return dryRun ? `would be ${outcome}` : outcome;
}

function reasonOf(error: Error): string {
  if (error instanceof CommandError) return error.message;
  return error instanceof Problem ? (error.detail ?? error.slug) : describeErrorBriefly(error);
}
