import 'reflect-metadata';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Keyring } from '@causeway/crypto';
import { describeErrorBriefly } from '@causeway/problem';
import { Store } from '@causeway/store';
import { BrokenChainError, verifyExport, verifyStore, type Verification } from '../audit/chain-verifier.js';
import { ConfigurationError } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { StoreModule } from '../store/store.module.js';

@Module({ imports: [ConfigurationModule, StoreModule] })
class VerifyAuditModule {}

/** `npm run verify-audit`, beside a running service; with the file of an export it needs no store. */
async function verify(): Promise<Verification> {
  const [file] = parseArgs({ allowPositionals: true }).positionals;
  if (file !== undefined) {
    const verification = await verifyExport(createInterface({ input: createReadStream(file), crlfDelay: Infinity }));
    if (verification.entries === 0) throw new Error('nothing to verify: the file has no entry');
    return verification;
  }
  const app = await NestFactory.createApplicationContext(VerifyAuditModule, { logger: false, abortOnError: false });
  try {
    return await verifyStore(app.get(Store), app.get(Keyring));
  } finally {
    await app.close();
  }
}

process.exitCode = await verify().then(
  ({ entries, from, to, previousHash, hash }) => {
    const range = from === null ? '' : `, from ${from} to ${to}\nafter ${previousHash}\nup to ${hash}`;
    process.stdout.write(`ok: ${entries} entries${range}\n`);
    return 0;
  },
  (error: unknown) => {
    const isReason = error instanceof BrokenChainError || error instanceof ConfigurationError;
    const reason = isReason ? error.message : describeErrorBriefly(error);
    process.stderr.write(`${error instanceof BrokenChainError ? 'broken' : 'not verified'}: ${reason}\n`);
    return error instanceof BrokenChainError ? 1 : 2;
  },
);
