import 'reflect-metadata';
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
import { StoreModule } from '../store/store.module.js';
import { KeyRotation } from './key-rotation.js';

@Module({
  imports: [ConfigurationModule, StoreModule, AuditModule],
  providers: [AuditLog, ConnectionFeed, ConnectionRepository, KeyRotation, SharedGrants],
})
class RotateKeysModule {}

const print = (line: string) => process.stdout.write(`${line}\n`);

/** `npm run rotate-keys`, beside a running service, after a new key was put first in ENCRYPTION_KEYS. @returns whether it is complete */
async function rotateKeys(): Promise<boolean> {
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
    const counts = await rotation.countByKey();
    for (const [key, count] of counts) print(`key "${key}": encrypts ${count} credentials`);
    const configured = new Set(encryptionKeys.map(({ id }) => id));
    for (const [key, count] of unreadable) {
      const reason = configured.has(key) ? 'they were changed or moved' : 'the key is not in ENCRYPTION_KEYS';
      print(`key "${key}": ${count} credentials cannot be decrypted: ${reason}`);
    }
    for (const key of configured) {
      if (key === rotation.firstKey) continue;
      print(
        counts.has(key)
          ? `key "${key}": still in use; run it again when every process has the new ENCRYPTION_KEYS`
          : `key "${key}": no longer used by any connection; remove it in ten minutes, when the running authorizations are over`,
      );
    }
    return [...counts.keys()].every((key) => key === rotation.firstKey);
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
