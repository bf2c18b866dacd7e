import type { Keyring } from '@causeway/crypto';
import { isMomentary } from '@causeway/oauth';
import type { Ref, Store, StoredEntry } from '@causeway/store';
import { isOfActivity } from '../../activity/activity-logs.js';
import { entriesOfChain, isOfChain } from '../../audit/chain-copy.js';
import { isRecentAuditEntries } from '../../connections/audit-entry.js';
import { isFeed } from '../../connections/connection-feed.js';
import { isOfListing } from '../../connections/connection-listing.js';
import { isFeedHistory } from '../../syncs/feed-history.js';
import { RecordTags } from '../../store/record-tags.js';
import { COPY, FORMAT, isSameRef } from '../../store/store-format.js';

/**
 * Everything of a store that a copy has: no authorizations in progress, pauses, feeds of events, activity logs, leases, rate limits or caches, no
 * listing (the service makes it anew from the connections), and nothing that is not authentic. The check value comes last.
 */
export async function* keptEntries(
  store: Store,
  keyring: Keyring,
  onDamaged: (ref: Ref) => void = () => undefined,
): AsyncGenerator<StoredEntry[]> {
  const tags = new RecordTags(keyring);
  const isKept = (entry: StoredEntry): boolean => {
    if (isOfChain(entry) || isOfActivity(entry) || isMadeAnew(entry)) return false;
    if (entry.kind !== 'value') return true;
    const { ref, value } = entry;
    if ([FORMAT, COPY].some((own) => isSameRef(own, ref))) return false;
    if (isMomentary(ref) || isRecentAuditEntries(ref) || isFeedHistory(ref)) return false;
    const { state } = tags.read(ref, value);
    if (state === 'authentic' || state === 'unknown-key') return true;
    onDamaged(ref);
    return false;
  };
  for await (const batch of store.entries()) yield batch.filter(isKept);
  yield* entriesOfChain(store, keyring, (ref, stored) => {
    const known = tags.read(ref, stored);
    return known.state === 'authentic' ? known.text : null;
  });
  const checkValue = await store.get(FORMAT);
  if (checkValue !== null) yield [{ kind: 'value', ref: FORMAT, value: checkValue, expiresAt: null }];
}

/** What the first start of a service leaves, and every start makes where it is not there: it says nothing about another store. */
export function isMadeAnew(entry: StoredEntry): boolean {
  return isOfListing(entry) || (entry.kind === 'log' && isFeed(entry.log));
}
