import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';

const key = (id: string) => ({ id, secret: randomBytes(32) });

describe('Keyring', () => {
  const old = key('old');
  const current = key('current');
  const keyring = new Keyring([current, old]);

  it('opens what any of its keys sealed', () => {
    expect(keyring.open(keyring.seal('secret ✓', 'here'), 'here')).toBe('secret ✓');
    expect(keyring.open(new Keyring([old]).seal('secret', 'here'), 'here')).toBe('secret');
  });

  it('seals with the first key, whose id is in the text, and never twice the same', () => {
    const sealed = [keyring.seal('secret', 'here'), keyring.seal('secret', 'here')];
    expect(sealed[0]).toMatch(/^v1\.current\.[\w-]+$/);
    expect(sealed[0]).not.toBe(sealed[1]);
    expect(sealed.join()).not.toContain('secret');
  });

  it('uses no initialization vector twice', () => {
    const vectors = Array.from({ length: 2_000 }, () =>
      Buffer.from(keyring.seal('', 'here').split('.')[2] ?? '', 'base64url').toString('hex', 0, 12),
    );
    expect(new Set(vectors).size).toBe(vectors.length);
    expect(vectors).not.toContain('0'.repeat(24));
  });

  it('does not open what was sealed for another context', () => {
    expect(keyring.tryOpen(keyring.seal('secret', 'connection 1'), 'connection 2')).toBeNull();
  });

  it('does not open a text with any one character changed', () => {
    const sealed = keyring.seal('secret', 'here');
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(keyring.tryOpen(sealed.slice(0, at) + other + sealed.slice(at + 1), 'here')).toBeNull();
    }
  });

  it('does not open a text whose key id was replaced by another known one', () => {
    expect(keyring.tryOpen(keyring.seal('secret', 'here').replace('.current.', '.old.'), 'here')).toBeNull();
  });

  it.each(['', 'v1', 'v1.current', 'v1.current.', 'v2.current.AAAA', 'v1.current.AAAA.AAAA', 'v1.current.!!!!'])(
    'does not open %p',
    (text) => expect(keyring.tryOpen(text, 'here')).toBeNull(),
  );

  it('names a missing key, and nothing else, in its problem', () => {
    const sealed = new Keyring([key('lost')]).seal('secret', 'here');
    expect(() => keyring.open(sealed, 'here')).toThrow(expect.objectContaining({ slug: 'store-unavailable' }));
    expect(() => keyring.open(sealed, 'here')).toThrow(/"lost"/);
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
