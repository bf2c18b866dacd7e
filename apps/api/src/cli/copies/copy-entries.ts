import type { Keyring } from '@causeway/crypto';
import type { Store, StoredEntry } from '@causeway/store';
import { OPERATOR } from '../../access/actor.js';
import { ChainWriter } from '../../audit/chain-writer.js';
import { isKeyRecord, listKey } from '../../auth/keys/keys.service.js';
import { isConnectionKey, repairConnection } from '../../connections/index-repair.js';
import { authenticatedValues } from '../../store/authenticated-values.js';
import { RecordTags } from '../../store/record-tags.js';
import { describeDifferences, StoreCopy } from '../../store/store-copy.js';
import { CommandError } from '../command.js';
import type { Progress } from '../progress.js';
import { isMadeAnew, keptEntries } from './kept-entries.js';

/** What the audit log keeps is for the service to decide. */
const EVERYTHING = { entries: Number.MAX_SAFE_INTEGER, days: 36_500 };

export interface CopySource {
  entries: () => AsyncIterable<StoredEntry[]>;
  /** `null`: a file. Of a store, it is also verified that the other one has nothing else. */
  store: Store | null;
}

export interface CopyTarget {
  store: Store;
  keyring: Keyring;
  /** Of the copy: the same one is continued. */
  name: string;
  /** What needs the connections, and without which the copy is not complete. Done anew where it was interrupted. */
  finish: () => Promise<void>;
}

/** Of Redis nobody can say who uses it. @throws CommandError while a service runs */
export async function requireUnused(store: Store): Promise<void> {
  const [process] = await store.otherProcesses();
  if (process !== undefined)
    throw new CommandError(`stop the service first: the process ${process} has the embedded store open`);
}

/** In the audit log of the store that was written. */
export async function recordCopy(
  store: Store,
  keyring: Keyring,
  type: 'store-restored' | 'store-migrated',
  detail: string,
): Promise<void> {
  const event = { type, actor: OPERATOR, detail, at: Date.now() };
  await new ChainWriter(authenticated(store, keyring), keyring, EVERYTHING).append([event]);
}

/** Writes everything to an empty store, compares it then, and makes the store one that can be used. */
export async function copyEntries(
  source: CopySource,
  { store, keyring, name, finish }: CopyTarget,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const copy = new StoreCopy(store, keyring, name, isMadeAnew);
  await copy.begin();
  const watched = async function* (entries: CopySource['entries'], what: string) {
    progress.next(what);
    for await (const batch of entries()) {
      signal.throwIfAborted();
      yield batch;
      progress.add(batch.length);
    }
  };
  for await (const batch of watched(source.entries, 'records written')) await copy.write(batch);
  const different = await copy.differences(watched(source.entries, 'records compared'));
  if (source.store !== null) {
    const back = new StoreCopy(source.store, keyring, name);
    different.push(...(await back.differences(watched(() => keptEntries(store, keyring), 'records compared'))));
  }
  if (different.length > 0)
    throw new CommandError(
      `${different.length} records differ (${describeDifferences(different)}): something else uses a store. Stop it, and run this again.`,
    );
  progress.next('records indexed');
  await repairIndexes(store, keyring, progress, signal);
  await finish();
  await copy.finish();
}

/** Redis gives what belongs together as it was at different moments. */
async function repairIndexes(store: Store, keyring: Keyring, progress: Progress, signal: AbortSignal): Promise<void> {
  const authentic = authenticated(store, keyring);
  for await (const values of authentic.scan()) {
    signal.throwIfAborted();
    await Promise.all(
      values.map(async ({ ref, value }) => {
        if (isConnectionKey(ref)) await repairConnection(authentic, value);
        if (isKeyRecord(ref)) await listKey(authentic, value);
      }),
    );
    progress.add(values.length);
  }
}

function authenticated(store: Store, keyring: Keyring): Store {
  const none = () => undefined;
  const values = authenticatedValues(store, new RecordTags(keyring), { checkStore: none, onUnreadable: none });
  return Object.assign({}, store, values);
}
