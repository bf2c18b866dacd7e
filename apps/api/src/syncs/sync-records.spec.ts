import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { IntegrationItem } from '../integrations/integration.js';
import { SyncSeal } from './sync-records.js';

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
