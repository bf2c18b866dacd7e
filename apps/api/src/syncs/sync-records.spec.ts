import { createHmac, randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { IntegrationItem } from '../integrations/integration.js';
import { contentHash, newSalt, recordKey, SyncSeal } from './sync-records.js';

const [first, second] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [
  { id: string; secret: Buffer },
  { id: string; secret: Buffer },
];
const item = { type: 'page', id: '1' } as IntegrationItem;

test('a value is that of one record of one sync, and of no other', () => {
  const keyring = new Keyring([first]);
  const seal = new SyncSeal(keyring, 'syn_1');
  const value = seal.item('a', { item });
  expect(seal.openItem({ key: 'a', value })).toEqual({ item });
  expect(() => seal.openItem({ key: 'b', value })).toThrow();
  expect(() => new SyncSeal(keyring, 'syn_2').openItem({ key: 'a', value })).toThrow();
});

test('a value that another key sealed is sealed again, for the same record', () => {
  const value = new SyncSeal(new Keyring([first]), 'syn_1').item('a', { item });
  const seal = new SyncSeal(new Keyring([second, first]), 'syn_1');
  expect(seal.renewed('record', value, 'b')).toBeNull();
  const renewed = seal.renewed('record', value, 'a') ?? '';
  expect(new SyncSeal(new Keyring([second]), 'syn_1').openItem({ key: 'a', value: renewed })).toEqual({ item });
  expect(seal.renewed('record', renewed, 'a')).toBeNull();
});

test('keys and hashes are HMAC-SHA256 with the salt, for texts of any length, whichever salt came before', () => {
  const texts = ['', '{"id":"é✓😀"}', 'x'.repeat(63), 'y'.repeat(100_000), 'short again'];
  for (const salt of [newSalt(), newSalt()])
    for (const text of [...texts, ...texts]) {
      const hmac = createHmac('sha256', salt).update(text).digest().subarray(0, 16).toString('base64url');
      expect(contentHash(salt, text)).toBe(hmac);
    }
  const [salt, named] = [newSalt(), { type: 'page', driveId: null, id: '1' }];
  const text = JSON.stringify(['page', null, '1']);
  expect(recordKey(salt, named)).toBe(contentHash(salt, text));
});
