import { canonicalJson, type Json } from './canonical-json.js';

test('writes the example of RFC 8785, 3.2.2', () => {
  const value = {
    // oxlint-disable-next-line no-loss-of-precision -- as in the RFC
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      `"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
  );
});

test('sorts members by UTF-16 code units (RFC 8785, 3.2.3)', () => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toEqual([
    // JavaScript puts integer names first; in the text they are where they belong.
    'One',
    'Carriage Return',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
  expect(canonicalJson(value)).toMatch(/^\{"\\r":/);
});

test.each<[string, Json]>([
  ['a number that is not finite', [Number.NaN]],
  ['half of a surrogate pair', { text: '\ud83d' }],
  ['half of a surrogate pair in a name', { '\ude00': 1 }],
])('refuses %s', (_, value) => expect(() => canonicalJson(value)).toThrow(RangeError));
