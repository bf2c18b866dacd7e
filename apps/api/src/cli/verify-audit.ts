import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Module } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { describeErrorBriefly } from '@causeway/problem';
import { Store } from '@causeway/store';
import { BrokenChainError, verifyExport, verifyStore, type Verification } from '../audit/chain-verifier.js';
import { ConfigurationError } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { StoreModule } from '../store/store.module.js';
import { CommandError, print, runCommand, unreadable, withModule } from './command.js';

@Module({ imports: [ConfigurationModule, StoreModule] })
class VerifyAuditModule {}

/** Beside a running service; with the file of an export it needs no store. */
export const verifyAudit = (file: string | undefined): Promise<void> =>
  runCommand('verify-audit', async () => {
    try {
      const { entries, from, to, previousHash, hash } = await verify(file);
      const range = from === null ? '' : `, from ${from} to ${to}\nafter ${previousHash}\nup to ${hash}`;
      print(`ok: ${entries} entries${range}`);
      return 0;
    } catch (error) {
      const isReason = [BrokenChainError, CommandError, ConfigurationError].some((kind) => error instanceof kind);
      const reason = isReason ? (error as Error).message : describeErrorBriefly(error);
      process.stderr.write(`${error instanceof BrokenChainError ? 'broken' : 'not verified'}: ${reason}\n`);
      return error instanceof BrokenChainError ? 1 : 2;
    }
  });

async function verify(file: string | undefined): Promise<Verification> {
  if (file === undefined) return withModule(VerifyAuditModule, (app) => verifyStore(app.get(Store), app.get(Keyring)));
  const input = (
    await open(file).catch((error: unknown) => {
      throw unreadable(file, error);
    })
  ).createReadStream();
  const verification = await verifyExport(createInterface({ input, crlfDelay: Infinity }));
  if (verification.entries === 0) throw new Error('nothing to verify: the file has no entry');
  return verification;
}
