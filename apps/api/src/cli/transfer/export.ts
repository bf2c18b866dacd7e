import { Module } from '@nestjs/common';
import { OPERATOR } from '../../access/actor.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { AuditModule } from '../../audit/audit.module.js';
import { ConnectionRepository } from '../../connections/connection.repository.js';
import { ConnectionTransfer } from '../../connections/connection-transfer.js';
import { ConnectionsModule } from '../../connections/connections.module.js';
import { ConfigurationModule } from '../../environment.js';
import { RecordStoreModule } from '../../store/record-store.module.js';
import { StoreModule } from '../../store/store.module.js';
import { SyncTransfer } from '../../syncs/sync-transfer.js';
import { print, runCommand, stopSignal, withModule } from '../command.js';
import { askedEncrypter, encrypterOf, type EncryptOptions } from '../copies/age.js';
import { writeOutput } from '../copies/output-file.js';
import { Progress } from '../progress.js';
import { endLine, headerLine, type TransferLine } from './transfer-file.js';

@Module({
  imports: [ConfigurationModule, AuditModule, ConnectionsModule, RecordStoreModule, StoreModule],
  providers: [SyncTransfer],
})
export class TransferModule {}

export interface ExportOptions extends EncryptOptions {
  org?: string;
}

const PAGE = 200;

/** Named so because `export` is a word of the language. */
export const exportConnections = (file: string, { org, ...options }: ExportOptions): Promise<void> =>
  runCommand('nothing was exported', async () => {
    const encrypter = (await encrypterOf(options)) ?? (await askedEncrypter());
    const signal = stopSignal();
    await withModule(TransferModule, async (app) => {
      const progress = new Progress('connections exported');
      const repository = app.get(ConnectionRepository);
      const transfer = app.get(ConnectionTransfer);
      const syncTransfer = app.get(SyncTransfer);
      const counts = { exported: 0, syncs: 0, unreadable: 0, unreadableSyncs: 0 };
      async function* texts(): AsyncGenerator<string> {
        yield headerLine();
        for (let after: string | null = null; ;) {
          const page: Awaited<ReturnType<ConnectionRepository['list']>> = await repository.list(
            { orgId: org },
            PAGE,
            after,
          );
          for (const { record } of page.found) {
            const connection = await transfer.export(record).catch(() => null);
            progress.add();
            if (connection === null) {
              counts.unreadable += 1;
              continue;
            }
            const { syncs, unreadable } = await syncTransfer.export(record.id);
            counts.unreadableSyncs += unreadable;
            yield `${JSON.stringify({ connection, syncs } satisfies TransferLine)}\n`;
            counts.exported += 1;
            counts.syncs += syncs.length;
          }
          after = page.last;
          if (after === null) break;
        }
        yield endLine(counts.exported);
      }
      try {
        await writeOutput(file, texts(), encrypter, signal);
      } finally {
        progress.end();
        await syncTransfer.close();
      }
      const detail = `${counts.exported} connections`;
      await app.get(AuditChain).record({ type: 'connections-exported', actor: OPERATOR, orgId: org ?? null, detail });
      const say = file === '-' ? (line: string) => process.stderr.write(`${line}\n`) : print;
      say(`exported ${detail}, with their credentials: whoever can decrypt the file can use them`);
      if (counts.syncs > 0) say(`with ${counts.syncs} syncs, without their items`);
      if (counts.unreadable > 0) say(`${counts.unreadable} connections do not open and were left out`);
      if (counts.unreadableSyncs > 0) say(`${counts.unreadableSyncs} syncs do not open and were left out`);
      return counts.unreadable + counts.unreadableSyncs > 0 ? 1 : 0;
    });
  });
