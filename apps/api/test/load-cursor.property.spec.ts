import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Keyring } from '@causeway/crypto';
import { LoadCursors } from '../src/items/load-cursor.js';
import type { LoadState } from '../src/items/load-state.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261120 });

const keyring = new Keyring([{ id: 'k', secret: randomBytes(32) }]);
const cursors = new LoadCursors(keyring);
const FOREIGN = expect.objectContaining({
  slug: 'invalid-request',
  details: { errors: [expect.objectContaining({ pointer: '/cursor' })] },
});

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const state: fc.Arbitrary<LoadState> = fc.record({
  types: fc.array(text, { maxLength: 6 }),
  parent: fc.option(text),
  updatedSince: fc.option(fc.nat()),
  startedAt: fc.nat(),
  lanes: fc.array(
    fc.record({
      type: text,
      start: fc.option(text),
      position: fc.option(text),
      skip: fc.nat(),
      cut: fc.option(text),
      seen: fc.array(text, { maxLength: 8 }),
    }),
    { maxLength: 8 },
  ),
  recent: text,
});

describe('a load cursor', () => {
  it('brings back every state at its own connection', () => {
    fc.assert(
      fc.property(state, text, (at, connection) => {
        expect(cursors.decode(cursors.encode(at, connection), connection)).toEqual(at);
      }),
      { numRuns: 300 },
    );
  });

  it('is no cursor of any other connection', () => {
    fc.assert(
      fc.property(state, text, text, (at, connection, other) => {
        fc.pre(connection !== other);
        expect(() => cursors.decode(cursors.encode(at, connection), other)).toThrow(FOREIGN);
      }),
      { numRuns: 300 },
    );
  });

  it('is none when anything in it was changed, and no text is one', () => {
    fc.assert(
      fc.property(state, text, fc.nat(), fc.string(), (at, connection, place, part) => {
        const cursor = cursors.encode(at, connection);
        const cut = place % cursor.length;
        const changed = cursor.slice(0, cut) + part + cursor.slice(cut + 1);
        fc.pre(changed !== cursor);
        expect(() => cursors.decode(changed, connection)).toThrow(FOREIGN);
        expect(() => cursors.decode(part, connection)).toThrow(FOREIGN);
      }),
      { numRuns: 500 },
    );
  });

  it('what was sealed for something else is none', () => {
    fc.assert(
      fc.property(text, text, (secret, context) => {
        fc.pre(!context.startsWith('load cursor '));
        expect(() => cursors.decode(keyring.seal(secret, context), 'con_1')).toThrow(FOREIGN);
      }),
    );
  });
});
