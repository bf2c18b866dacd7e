import type { Keyring } from '@causeway/crypto';
import type { KeyValueStore } from '@causeway/store';
import { SealedRecords } from '../store/sealed-records.js';

/** What the keys of these records begin with. */
export const SEALED = 'webhook:';

/** Secrets of endpoints, and what was or is to be delivered. */
export function sealedWebhooks(store: KeyValueStore, keyring: Keyring): SealedRecords {
  return new SealedRecords(store, keyring, 'webhook');
}
