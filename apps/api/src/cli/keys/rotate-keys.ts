import { Module, type INestApplicationContext } from '@nestjs/common';
import { CONFIGURATION, ConfigurationError, type Configuration } from '../../configuration/configuration.js';
import { ConfigurationModule } from '../../environment.js';
import { ConnectionRepository } from '../../connections/connection.repository.js';
import { ConnectionFeed } from '../../connections/connection-feed.js';
import { ConnectionListing } from '../../connections/connection-listing.js';
import { isConnectionKey } from '../../connections/index-repair.js';
import { SharedGrants } from '../../connections/shared-grants.js';
import { AuditModule } from '../../audit/audit.module.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { AuditLog } from '../../connections/audit-log.js';
import { RecordMaintenance } from '../../store/record-maintenance.js';
import { RawStoreModule, StoreModule } from '../../store/store.module.js';
import { OPERATOR } from '../../access/actor.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { KeyRotation } from './key-rotation.js';

@Module({
  imports: [ConfigurationModule, StoreModule, AuditModule],
  providers: [AuditLog, ConnectionFeed, ConnectionListing, ConnectionRepository, KeyRotation, SharedGrants],
})
class RotateKeysModule {}

/** Without the check of the store, which fails while a key is missing. */
@Module({ imports: [ConfigurationModule, RawStoreModule] })
class LostKeysModule {}

/** So many records that cannot be read are named. */
const MAX_NAMED = 20;

/** These keys are gone for good, and what is stored with them is deleted, once somebody has seen how much that is. */
async function forgetLostKeys(lost: readonly string[], isConfirmed: boolean): Promise<void> {
  if (lost.length === 0) return;
  await withModule(LostKeysModule, async (app) => {
    const { encryptionKeys } = app.get<Configuration>(CONFIGURATION);
    const present = encryptionKeys.find(({ id }) => lost.includes(id));
    if (present !== undefined)
      throw new ConfigurationError([`the key "${present.id}" is not lost: it is in ENCRYPTION_KEYS`]);
    const maintenance = app.get(RecordMaintenance);
    if (!isConfirmed) {
      const { unreadable } = await maintenance.count();
      const deleted = unreadable.filter(({ keyId }) => keyId !== null && lost.includes(keyId));
      const connections = deleted.filter(({ name }) => isConnectionKey({ key: name })).length;
      throw new CommandError(
        `${deleted.length} records would be deleted for good, ${connections} of them connections; ` +
          'if this key is in no backup and no process, run it again with --yes',
      );
    }
    print(`${await maintenance.abandon(lost)} records of lost keys deleted`);
  });
}

/** Beside a running service, after a new key was put first in ENCRYPTION_KEYS. */
export const rotateKeys = ({ lost = [], yes = false }: { lost?: string[]; yes?: boolean }): Promise<void> =>
  runCommand('keys not rotated', async () => {
    await forgetLostKeys(lost, yes);
    return withModule(RotateKeysModule, async (app) => ((await rotate(app)) ? 0 : 1));
  });

/** @returns whether it is complete */
async function rotate(app: INestApplicationContext): Promise<boolean> {
  const signal = stopSignal();
  const rotation = app.get(KeyRotation);
  const { encryptionKeys } = app.get<Configuration>(CONFIGURATION);
  print(`encrypting every credential with the key "${rotation.firstKey}"`);
  const { checked, unreadable } = await rotation.run(
    (progress) => print(`${progress.checked} connections checked, ${progress.reencrypted} of them re-encrypted`),
    () => signal.aborted,
  );
  if (signal.aborted) {
    print(`stopped after ${checked} connections; run it again to continue`);
    return false;
  }
  // Seals the head of the audit log with the first key, too.
  if (unreadable.size === 0)
    await app.get(AuditChain).record({ type: 'encryption-keys-rotated', actor: OPERATOR, detail: rotation.firstKey });
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
}
