import { randomBytes } from 'node:crypto';
import { Keyring, type EncryptionKey } from '@causeway/crypto';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const sealing = (...keys: EncryptionKey[]) => new Keyring(keys).sealingKeys('a purpose');

describe('Keyring', () => {
  const old = key('old');
  const current = key('current');
  const keys = sealing(current, old);

  it('opens what any of its keys sealed', () => {
    expect(keys.open(keys.seal('secret ✓', 'here'), 'here')).toBe('secret ✓');
    expect(keys.open(sealing(old).seal('secret', 'here'), 'here')).toBe('secret');
  });

  it('seals with the first key, whose id is in the text, and never twice the same', () => {
    const sealed = [keys.seal('secret', 'here'), keys.seal('secret', 'here')];
    expect(sealed[0]).toMatch(/^v2\.current\.[\w-]+$/);
    expect(sealed[0]).not.toBe(sealed[1]);
    expect(sealed.join()).not.toContain('secret');
  });

  it('uses no initialization vector twice', () => {
    const vectors = Array.from({ length: 2_000 }, () =>
      Buffer.from(keys.seal('', 'here').split('.')[2] ?? '', 'base64url').toString('hex', 0, 12),
    );
    expect(new Set(vectors).size).toBe(vectors.length);
    expect(vectors).not.toContain('0'.repeat(24));
  });

  it('does not open what was sealed for another context', () => {
    expect(keys.tryOpen(keys.seal('secret', 'connection 1'), 'connection 2')).toBeNull();
  });

  it('does not open a text with any one character changed', () => {
    const sealed = keys.seal('secret', 'here');
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(keys.tryOpen(sealed.slice(0, at) + other + sealed.slice(at + 1), 'here')).toBeNull();
    }
  });

  it('does not open a text whose key id was replaced by another known one', () => {
    expect(keys.tryOpen(keys.seal('secret', 'here').replace('.current.', '.old.'), 'here')).toBeNull();
  });

  it.each(['', 'v2', 'v2.current', 'v2.current.', 'v3.current.AAAA', 'v2.current.AAAA.AAAA', 'v2.current.!!!!'])(
    'does not open %p',
    (text) => expect(keys.tryOpen(text, 'here')).toBeNull(),
  );

  it('names a missing key, and nothing else, in its problem', () => {
    const sealed = sealing(key('lost')).seal('secret', 'here');
    expect(() => keys.open(sealed, 'here')).toThrow(expect.objectContaining({ slug: 'store-unavailable' }));
    expect(() => keys.open(sealed, 'here')).toThrow(/"lost"/);
  });

  it('does not open what was sealed for another purpose, also in the same context', () => {
    const keyring = new Keyring([current]);
    const sealed = keyring.sealingKeys('cursor').seal('secret', 'here');
    expect(keyring.sealingKeys('cursor').tryOpen(sealed, 'here')).toBe('secret');
    expect(keyring.sealingKeys('credential').tryOpen(sealed, 'here')).toBeNull();
    expect(keyring.sealingKeys('credential', { opensV1: true }).tryOpen(sealed.replace('v2', 'v1'), 'here')).toBeNull();
  });

  it('opens what an earlier version sealed, for the purposes that ask for it, and seals it no more like that', () => {
    const sealed = 'v1.old.BwcHBwcHBwcHBwcHfA_FLgp74XeLirjRp_ywDC6Fn5aMPA';
    const keyring = new Keyring([current, { id: 'old', secret: Buffer.from(Array.from({ length: 32 }, (_, i) => i)) }]);
    const opening = keyring.sealingKeys('credential', { opensV1: true });
    expect(opening.tryOpen(sealed, 'here')).toBe('secret');
    expect(opening.tryOpen(sealed, 'there')).toBeNull();
    expect(opening.isCurrent(sealed)).toBe(false);
    expect(opening.isCurrent(opening.seal('secret', 'here'))).toBe(true);
    expect(keyring.sealingKeys('credential').tryOpen(sealed, 'here')).toBeNull();
  });

  it('has a fingerprint of every key that does not depend on its id or on the others', () => {
    const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const both = new Keyring([
      { id: 'a', secret: first },
      { id: 'b', secret: second },
    ]);
    expect(both.fingerprints).toEqual([
      ...new Keyring([{ id: 'c', secret: first }]).fingerprints,
      ...new Keyring([{ id: 'a', secret: second }]).fingerprints,
    ]);
    expect(new Set(both.fingerprints).size).toBe(2);
  });
});

describe('MacKeys', () => {
  const old = key('old');
  const macs = new Keyring([key('current'), old]).macKeys('a purpose');

  it('verifies the tags of all its keys', () => {
    expect(macs.verify('text', macs.tag('text'), 'current')).toBe(true);
    expect(macs.verify('text', new Keyring([old]).macKeys('a purpose').tag('text'), 'old')).toBe(true);
  });

  it.each([
    ['another text', () => macs.verify('other', macs.tag('text'), 'current')],
    ['the tag of another key', () => macs.verify('text', macs.tag('text', 'old'), 'current')],
    ['a key that it lacks', () => macs.verify('text', macs.tag('text'), 'lost')],
    ['a part of the tag', () => macs.verify('text', macs.tag('text').slice(0, -1), 'current')],
    ['no tag', () => macs.verify('text', '', 'current')],
    ['the tag of another purpose', () => macs.verify('text', new Keyring([old]).macKeys('other').tag('text'), 'old')],
  ])('does not verify %s', (_, verify) => expect(verify()).toBe(false));
});
