import type { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { openRecordStore } from '@causeway/records';
import type { Store } from '@causeway/store';
import { ConfigurationError } from '../../configuration/configuration.js';
import { StoreFormat } from '../../store/store-format.js';
import type { Finding } from './finding.js';

/** What expires, and slots of rate limits, are counted by the clock of the store. */
const MAX_CLOCK_DIFFERENCE_MS = 2_000;

export async function inspectStore(store: Store, keyring: Keyring): Promise<Finding[]> {
  const access = await inspectAccess(store);
  if (access.status === 'fail') return [access];
  const warnings = store
    .warnings()
    .map(({ name, detail }): Finding => ({ check: `store (${name})`, status: 'warn', detail }));
  return [access, ...warnings, await inspectClock(store), await inspectKeys(store, keyring)];
}

/** Makes the schema where it is not there yet, as the service does. */
export async function inspectDatabase(url: string): Promise<Finding> {
  const check = 'store of syncs';
  const reasons: string[] = [];
  const records = await openRecordStore({ kind: 'postgres', url, report: (reason) => reasons.push(reason) });
  try {
    await records.ping();
    return { check, status: 'ok', detail: 'PostgreSQL can be used' };
  } catch (error) {
    return {
      check,
      status: 'fail',
      detail: `PostgreSQL cannot be used: ${reasons.at(-1) ?? reasonOf(error)}`,
      advice: 'Check address, database, user, password and TLS in DATABASE_URL, and that the user may create tables.',
    };
  } finally {
    await records.close();
  }
}

/** Writes, reads back and removes. */
async function inspectAccess(store: Store): Promise<Finding> {
  const check = 'store';
  const name = store.kind === 'redis' ? 'Redis' : 'the embedded store, for one machine only,';
  try {
    await store.ping();
    return { check, status: 'ok', detail: `${name} can be written and read` };
  } catch (error) {
    return {
      check,
      status: 'fail',
      detail: `${name} cannot be used: ${reasonOf(error)}`,
      advice:
        store.kind === 'redis'
          ? 'Check address, user, password and TLS in REDIS_URL, and that Redis accepts writes.'
          : 'Check that DATA_DIR can be written by this user and that its disk has room.',
    };
  }
}

async function inspectClock(store: Store): Promise<Finding> {
  const check = 'clock';
  const began = Date.now();
  const theirs = await store.now();
  const ours = (began + Date.now()) / 2;
  const difference = Math.round(Math.abs(theirs - ours));
  if (difference <= MAX_CLOCK_DIFFERENCE_MS)
    return { check, status: 'ok', detail: `within ${difference} ms of the store's` };
  return {
    check,
    status: 'warn',
    detail: `${difference} ms away from the store's: tokens are refreshed too late or too early`,
    advice: 'Synchronize the clocks of both machines (NTP).',
  };
}

async function inspectKeys(store: Store, keyring: Keyring): Promise<Finding> {
  const check = 'encryption keys';
  try {
    const format = new StoreFormat(store, keyring);
    if (!(await format.isReady()))
      return (await format.isEmpty())
        ? { check, status: 'ok', detail: 'the store is new: the first start makes its check value' }
        : {
            check,
            status: 'fail',
            detail:
              'the store has records and no check value: it is of an earlier version, or a copy into it has not ended',
            advice: 'Finish the restore or migration, or run `causeway upgrade-store` (see SECURITY.md).',
          };
    const missing = await format.missingKeys();
    if (missing.length === 0) return { check, status: 'ok', detail: 'they are those of the store' };
    return {
      check,
      status: 'warn',
      detail: `ENCRYPTION_KEYS lacks the key "${missing.join('", "')}", with which other processes store`,
      advice: 'Give every process the same list before one of the keys becomes the first.',
    };
  } catch (error) {
    if (error instanceof ConfigurationError) return { check, status: 'fail', detail: error.message };
    throw error;
  }
}

/** The cause is for the log, and this is read by an operator. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  if (error instanceof Problem && cause instanceof Error) return cause.message;
  return error instanceof Error ? error.message : 'unknown error';
}
