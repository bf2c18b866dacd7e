import fc from 'fast-check';
import { nameFrom } from './text.js';

const FAMILY = '👩‍👩‍👧‍👦';

describe('nameFrom', () => {
  it.each([
    [null, null],
    ['', null],
    [' \n\t\r\n ', null],
    ['\nAll hands at nine', 'All hands at nine'],
    ['  \r\n  first  \r\nsecond', 'first'],
    ['one\u2028two', 'one'],
    ['short', 'short'],
  ])('reads the name of %j', (text, name) => {
    expect(nameFrom(text)).toBe(name);
  });

  it('leaves a text of exactly the longest length as it is', () => {
    expect(nameFrom('a'.repeat(120))).toBe('a'.repeat(120));
    expect(nameFrom('a'.repeat(121))).toBe(`${'a'.repeat(119)}…`);
  });

  it.each([
    ['a surrogate pair', '😀'],
    ['a family of four', FAMILY],
    ['a flag', '🇳🇱'],
    ['a skin tone', '👍🏽'],
    ['a combining mark', 'e\u0301'],
  ])('does not cut %s', (_, grapheme) => {
    for (let offset = 100; offset < 125; offset += 1) {
      const name = nameFrom(`${'a'.repeat(offset)}${grapheme}${'b'.repeat(40)}`) ?? '';
      expect(name.length).toBeLessThanOrEqual(120);
      expect(name.replace(/^a+/, '')).toMatch(new RegExp(`^(${grapheme}b*)?…$`, 'u'));
    }
  });

  it('shortens a single character that is longer than a name, between code points', () => {
    expect(nameFrom(`a${'\u0301'.repeat(500)}`)).toBe(`a${'\u0301'.repeat(118)}…`);
    expect(nameFrom(`a${'\u{1D165}'.repeat(500)}`)).toBe(`a${'\u{1D165}'.repeat(59)}…`);
    expect(nameFrom('\u{1D165}'.repeat(500))).toBe(`${'\u{1D165}'.repeat(59)}…`);
  });

  it('cuts any text at a border of graphemes', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const pieces = fc.constantFrom('a', ' ', 'é', 'e\u0301', '😀', FAMILY, '🇳🇱', '👍🏽', '了', 'क्षि', '한');
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 60, maxLength: 200 }), (parts) => {
        const text = parts.join('').trim();
        const name = nameFrom(text);
        if (name === text || name === null) return;
        const kept = name.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        const borders = new Set([...segmenter.segment(text)].map(({ index }) => index));
        expect(borders.has(kept.length)).toBe(true);
        // Not shorter than needed: the next grapheme would not fit.
        expect(Math.min(...[...borders, text.length].filter((index) => index > kept.length))).toBeGreaterThan(119);
      }),
    );
  });
});
