import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeErrorBriefly } from '@causeway/problem';
import { CONFIGURATION, ConfigurationError, type Configuration } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { ConnectionFeed } from '../connections/connection-feed.js';
import { SharedGrants } from '../connections/shared-grants.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuditChain } from '../audit/audit-chain.js';
import { AuditLog } from '../connections/audit-log.js';
import { RecordMaintenance } from '../store/record-maintenance.js';
import { RawStoreModule, StoreModule } from '../store/store.module.js';
import { KeyRotation } from './key-rotation.js';

@Module({
  imports: [ConfigurationModule, StoreModule, AuditModule],
  providers: [AuditLog, ConnectionFeed, ConnectionRepository, KeyRotation, SharedGrants],
})
class RotateKeysModule {}

/** Without the check of the store, which fails while a key is missing. */
@Module({ imports: [ConfigurationModule, RawStoreModule] })
class LostKeysModule {}

/** So many records that cannot be read are named. */
const MAX_NAMED = 20;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** `--lost k1`: the key is gone for good, and what is stored with it is deleted. */
async function forgetLostKeys(): Promise<void> {
  const { lost = [] } = parseArgs({ options: { lost: { type: 'string', multiple: true } } }).values;
  if (lost.length === 0) return;
  const app = await NestFactory.createApplicationContext(LostKeysModule, { logger: false, abortOnError: false });
  try {
    const { encryptionKeys } = app.get<Configuration>(CONFIGURATION);
    const present = encryptionKeys.find(({ id }) => lost.includes(id));
    if (present !== undefined)
      throw new ConfigurationError([`the key "${present.id}" is not lost: it is in ENCRYPTION_KEYS`]);
    print(`${await app.get(RecordMaintenance).abandon(lost)} records of lost keys deleted`);
  } finally {
    await app.close();
  }
}

/** `npm run rotate-keys`, beside a running service, after a new key was put first in ENCRYPTION_KEYS. @returns whether it is complete */
async function rotateKeys(): Promise<boolean> {
  await forgetLostKeys();
  const app = await NestFactory.createApplicationContext(RotateKeysModule, { logger: false, abortOnError: false });
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
  try {
    const rotation = app.get(KeyRotation);
    const { encryptionKeys } = app.get<Configuration>(CONFIGURATION);
    print(`encrypting every credential with the key "${rotation.firstKey}"`);
    const { checked, unreadable } = await rotation.run(
      (progress) => print(`${progress.checked} connections checked, ${progress.reencrypted} of them re-encrypted`),
      () => stopped,
    );
    if (stopped) {
      print(`stopped after ${checked} connections; run it again to continue`);
      return false;
    }
    // Seals the head of the audit log with the first key, too.
    if (unreadable.size === 0)
      await app
        .get(AuditChain)
        .record({ type: 'encryption-keys-rotated', actor: { kind: 'operator', id: null }, detail: rotation.firstKey });
    const credentials = await rotation.countByKey();
    const { byKey: records, unreadable: ignored } = await rotation.countRecords();
    for (const [key, count] of records)
      print(`key "${key}": encrypts ${credentials.get(key) ?? 0} credentials, authenticates ${count} records`);
    const configured = encryptionKeys.map(({ id }) => id);
    for (const [key, count] of unreadable) {
      const reason = configured.includes(key) ? 'they were changed or moved' : 'the key is not in ENCRYPTION_KEYS';
      print(`key "${key}": ${count} credentials cannot be decrypted: ${reason}`);
    }
    for (const { name, keyId } of ignored.slice(0, MAX_NAMED))
      print(
        `the record "${name}" is ignored: ${keyId === null ? 'it is not authentic' : `the key "${keyId}" is not in ENCRYPTION_KEYS`}`,
      );
    if (ignored.length > MAX_NAMED) print(`${ignored.length - MAX_NAMED} more records are ignored`);
    const isUsed = (key: string) => credentials.has(key) || records.has(key);
    const others = configured.filter((key) => key !== rotation.firstKey);
    const unused = others.filter((key) => !isUsed(key));
    await rotation.forget(unused);
    for (const key of others.filter(isUsed))
      print(`key "${key}": still in use; run it again when every process has the new ENCRYPTION_KEYS`);
    for (const key of unused)
      print(
        `key "${key}": no longer used by any record; remove it when the sessions that it sealed are over, in a day at most`,
      );
    return unreadable.size === 0 && unused.length === others.length;
  } finally {
    await app.close();
  }
}

process.exitCode = await rotateKeys().then(
  (isComplete) => (isComplete ? 0 : 1),
  (error: unknown) => {
    const reason = error instanceof ConfigurationError ? error.message : describeErrorBriefly(error);
    process.stderr.write(`keys not rotated: ${reason}\n`);
    return 1;
  },
);
