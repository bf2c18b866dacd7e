import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { AuditChain } from './audit-chain.js';
import { decodeEntry } from './chain-entry.js';
import { LOG, PARTITION } from './chain-head.js';
import { RefusedCredentials } from './refused-credentials.js';

describe('RefusedCredentials', () => {
  let store: Store;
  let remove: () => Promise<void>;
  let chain: AuditChain;
  let refused: RefusedCredentials;
  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
    const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
    chain = new AuditChain(store, keyring, { audit: { entries: 1_000, days: 1 } });
    refused = new RefusedCredentials(chain);
  });
  afterEach(() => remove());

  const details = async (): Promise<(string | null | undefined)[]> => {
    refused.endMinute();
    await chain.drain();
    return (await store.logFrom(PARTITION, LOG, 0, 1_000)).map(({ entry }) => decodeEntry(entry)?.entry.detail);
  };

  test('counts the failures of an address in a minute together', async () => {
    for (let i = 0; i < 600; i += 1) refused.count('credentials-refused', '203.0.113.7', null);
    refused.count('credentials-refused', '203.0.113.8', '0123456789abcdef');
    expect(await details()).toEqual([
      'from 203.0.113.7',
      'from 203.0.113.8, key 0123456789abcdef',
      '599 more within a minute: 599 from 203.0.113.7',
    ]);
    refused.count('credentials-refused', '203.0.113.7', null);
    expect((await details()).slice(3)).toEqual(['from 203.0.113.7']);
  });

  test('writes few entries for many addresses', async () => {
    for (let i = 0; i < 5_000; i += 1) refused.count('sign-in-failed', `2001:db8::${i.toString(16)}`, null);
    const all = await details();
    expect(all).toHaveLength(11);
    expect(all.at(-1)).toBe('4990 more within a minute: 4990 from other addresses');
  });
});
