import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import type { Store } from '@causeway/store';
import { ConfigurationError, type Configuration } from '../configuration/configuration.js';
import type { Metrics } from '../metrics/metrics.js';
import { authenticatedValues, type UnreadableValue } from './authenticated-values.js';
import { RecordMaintenance } from './record-maintenance.js';
import { RecordTags } from './record-tags.js';
import { StoreFormat } from './store-format.js';

const logger = new Logger('Store');

/**
 * The store with authenticated values. It is checked once, before anything is read or written: at the start, or if it is unavailable then,
 * as soon as it is not. @throws ConfigurationError for a store that these keys, or this version, cannot use
 */
export async function authenticatedStore(
  store: Store,
  keyring: Keyring,
  metrics: Metrics,
  { mode }: Configuration,
): Promise<Store> {
  const check = async () => {
    // Sandbox mode is one person's own machine: there `npm start` after an update goes on with what is there.
    const maintenance = new RecordMaintenance(store, keyring);
    if (mode === 'sandbox' && (await maintenance.isOfEarlierVersion())) await maintenance.upgrade();
    for (const id of await new StoreFormat(store, keyring).ensure())
      logger.warn(`ENCRYPTION_KEYS lacks the key "${id}": what is stored with it is unavailable to this process`);
  };
  const isUsable = await check().then(
    () => true,
    async (error: unknown) => {
      if (error instanceof Problem) return false;
      // Nest closes nothing where a module cannot be made, and an open connection would keep a command alive.
      await store.close();
      throw error;
    },
  );
  const checkStore = isUsable ? () => undefined : untilPassed(check);
  const values = authenticatedValues(store, new RecordTags(keyring), { checkStore, onUnreadable: report(metrics) });
  const ping = async () => {
    await checkStore();
    await store.ping();
  };
  return Object.assign({}, store, values, { ping });
}

/** Concurrent callers share one check. */
function untilPassed(check: () => Promise<void>): () => Promise<void> | undefined {
  let hasPassed = false;
  let running: Promise<void> | null = null;
  let reported: string | null = null;
  const run = async () => {
    try {
      await check();
      hasPassed = true;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      if (reported !== error.message) logger.error(error.message);
      reported = error.message;
      throw new Problem(
        'store-unavailable',
        'The store was not written with the keys of this process.',
        {},
        { cause: error },
      );
    } finally {
      running = null;
    }
  };
  return () => (hasPassed ? undefined : (running ??= run()));
}

/** Counts every read, and logs each record once. */
function report(metrics: Metrics): (value: UnreadableValue) => void {
  const reported = new LRUCache<string, true>({ max: 1_000 });
  return ({ ref: { partition, key }, reason }) => {
    const { label, because } = explain(reason);
    metrics.unreadableRecords.inc({ reason: label });
    const name = `${partition} ${key}`;
    if (reported.has(name)) return;
    reported.set(name, true);
    logger.error(`the record "${key}" is ignored: ${because}`);
  };
}

function explain(reason: UnreadableValue['reason']): { label: string; because: string } {
  if (reason === 'not-authentic')
    return { label: reason, because: 'it was changed or moved, or not written by this service' };
  if ('unknownKey' in reason)
    return { label: 'unknown-key', because: `the key "${reason.unknownKey}" is not configured` };
  return {
    label: 'newer-format',
    because: `a later version of this service wrote it, in format ${reason.newerFormat}`,
  };
}
