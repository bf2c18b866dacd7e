import { Module } from '@nestjs/common';
import { OPERATOR } from '../../access/actor.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { AuditModule } from '../../audit/audit.module.js';
import { ConnectionRepository } from '../../connections/connection.repository.js';
import { ConnectionTransfer } from '../../connections/connection-transfer.js';
import { ConnectionsModule } from '../../connections/connections.module.js';
import { ConfigurationModule } from '../../environment.js';
import { print, runCommand, stopSignal, withModule } from '../command.js';
import { askedEncrypter, encrypterOf, type EncryptOptions } from '../copies/age.js';
import { writeOutput } from '../copies/output-file.js';
import { Progress } from '../progress.js';
import { endLine, headerLine } from './transfer-file.js';

@Module({ imports: [ConfigurationModule, AuditModule, ConnectionsModule] })
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
      const counts = { exported: 0, unreadable: 0 };
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
            if (connection === null) counts.unreadable += 1;
            else yield `${JSON.stringify({ connection })}\n`;
            counts.exported += connection === null ? 0 : 1;
            progress.add();
          }
          after = page.last;
          if (after === null) break;
        }
        yield endLine(counts.exported);
      }
      await writeOutput(file, texts(), encrypter, signal).finally(() => progress.end());
      const detail = `${counts.exported} connections`;
      await app.get(AuditChain).record({ type: 'connections-exported', actor: OPERATOR, orgId: org ?? null, detail });
      const say = file === '-' ? (line: string) => process.stderr.write(`${line}\n`) : print;
      say(`exported ${detail}, with their credentials: whoever can decrypt the file can use them`);
      if (counts.unreadable > 0) say(`${counts.unreadable} connections do not open and were left out`);
      return counts.unreadable > 0 ? 1 : 0;
    });
  });
