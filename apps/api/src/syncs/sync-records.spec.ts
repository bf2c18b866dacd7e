import { createHash, randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { IntegrationItem } from '../integrations/integration.js';
import { changeText, ItemText, newSalt, openChange, recordKey, SyncSeal } from './sync-records.js';

const [first, second] = ['k1', 'k2'].map((id) => ({ id, secret: randomBytes(32) })) as [
  { id: string; secret: Buffer },
  { id: string; secret: Buffer },
];
const name = { type: 'page', id: '1', driveId: null, parentId: 'é"' };
const item = { ...name, name: 'One' } as IntegrationItem;
const text = changeText(item, JSON.stringify(item), null);
const change = { op: 'upsert', ...name, item, evidence: null };

test('a block is that of one place of one sync, and of no other', () => {
  const keyring = new Keyring([first]);
  const { blocks } = new SyncSeal(keyring, 'syn_1');
  const sealed = blocks.seal(text, 'block 1');
  expect(Buffer.from(sealed).toString('latin1')).not.toContain('One');
  expect(openChange({ value: blocks.open(sealed, 'block 1') })).toEqual(change);
  for (const open of [
    () => blocks.open(sealed, 'block 2'),
    () => new SyncSeal(keyring, 'syn_2').blocks.open(sealed, 'block 1'),
  ])
    expect(open).toThrow(expect.objectContaining({ slug: 'store-unavailable' }));
  for (const at of [0, 3, 6, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
    expect(blocks.tryOpen(changed, 'block 1')).toBeNull();
  }
  for (const length of [0, 2, 5, 20]) expect(blocks.tryOpen(sealed.subarray(0, length), 'block 1')).toBeNull();
});

test('a deletion has the name of what is gone, and the evidence', () => {
  const value = changeText(item, null, 'told');
  expect(openChange({ value })).toEqual({ op: 'delete', ...name, item: null, evidence: 'told' });
});

test('a text of several lines is one line', () => {
  const item = { ...name, name: 'a\nb\u2028c\r\nd' } as IntegrationItem;
  expect(changeText(item, JSON.stringify(item), null)).not.toContain('\n');
});

test('what another key sealed is sealed again, for the same place', () => {
  const earlier = new SyncSeal(new Keyring([first]), 'syn_1');
  const sealed = earlier.blocks.seal(text, 'block 1');
  const seal = new SyncSeal(new Keyring([second, first]), 'syn_1');
  expect(seal.blocks.renewed(sealed, 'block 2')).toBeNull();
  const renewed = seal.blocks.renewed(sealed, 'block 1') ?? new Uint8Array();
  expect(new SyncSeal(new Keyring([second]), 'syn_1').blocks.open(renewed, 'block 1')).toBe(text);
  expect(seal.blocks.renewed(renewed, 'block 1')).toBeNull();
  const state = earlier.state(seal.openState({ state: null }));
  const renewedState = seal.renewed('state', state) ?? '';
  expect(new SyncSeal(new Keyring([second]), 'syn_1').openState({ state: renewedState })).toMatchObject({ runs: 0 });
  expect([seal.renewed('run', state), seal.renewed('state', renewedState)]).toEqual([null, null]);
});

test('keys and hashes are the first half of SHA-256 of the salt and the text, for texts of any length', () => {
  for (const salt of [newSalt(), newSalt()]) {
    const expected = (text: string) => {
      const digest = createHash('sha256').update(salt).update(text).digest();
      return digest.toString('base64url').slice(0, 22);
    };
    for (const name of ['', 'é✓😀', 'x'.repeat(63), 'y'.repeat(100_000), 'short again']) {
      const text = new ItemText(salt, { ...item, name });
      expect(text.toString()).toBe(JSON.stringify({ ...item, name }));
      expect(text.hash).toBe(expected(text.toString()));
    }
    expect(recordKey(salt, item)).toBe(expected(JSON.stringify(['page', null, '1'])));
  }
});
