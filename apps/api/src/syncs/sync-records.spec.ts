import { createHmac, randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { IntegrationItem } from '../integrations/integration.js';
import { changeText, contentHash, newSalt, recordKey, SyncSeal } from './sync-records.js';

const [first, second] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [
  { id: string; secret: Buffer },
  { id: string; secret: Buffer },
];
const name = { type: 'page', id: '1', driveId: null, parentId: 'é"' };
const item = { ...name, name: 'One' } as IntegrationItem;
const text = changeText(item, JSON.stringify(item), null);
const change = { op: 'upsert', ...name, item, evidence: null };

test('a value is that of one record of one sync, and of no other', () => {
  const keyring = new Keyring([first]);
  const seal = new SyncSeal(keyring, 'syn_1');
  const value = seal.change('a', text);
  expect(seal.openChange({ key: 'a', value })).toEqual(change);
  expect(() => seal.openChange({ key: 'b', value })).toThrow();
  expect(() => new SyncSeal(keyring, 'syn_2').openChange({ key: 'a', value })).toThrow();
});

test('a deletion has the name of what is gone, and the evidence', () => {
  const seal = new SyncSeal(new Keyring([first]), 'syn_1');
  const value = seal.change('a', changeText(item, null, 'told'));
  expect(seal.openChange({ key: 'a', value })).toEqual({ op: 'delete', ...name, item: null, evidence: 'told' });
});

test('what earlier versions have stored is the same change', () => {
  const seal = new SyncSeal(new Keyring([first]), 'syn_1');
  const stored = (earlier: object) => ({ key: 'a', value: seal.change('a', JSON.stringify(earlier)) });
  expect(seal.openChangeText(stored({ item }))).toBe(text);
  const deletion = changeText(item, null, 'inferred');
  expect(seal.openChangeText(stored({ deleted: name, evidence: 'inferred' }))).toBe(deletion);
});

test('a value that another key sealed is sealed again, for the same record', () => {
  const value = new SyncSeal(new Keyring([first]), 'syn_1').change('a', text);
  const seal = new SyncSeal(new Keyring([second, first]), 'syn_1');
  expect(seal.renewed('record', value, 'b')).toBeNull();
  const renewed = seal.renewed('record', value, 'a') ?? '';
  expect(new SyncSeal(new Keyring([second]), 'syn_1').openChange({ key: 'a', value: renewed })).toEqual(change);
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
