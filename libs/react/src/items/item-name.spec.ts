import { nameOf } from './item-name.js';

test.each([
  ['Ada Lovelace', 'Ada Lovelace'],
  [null, 'Untitled'],
  ['', 'Untitled'],
  [' \u00a0\u200b\u3000\u3164\u2060\u202e', 'Untitled'],
  ['invoice\u202Efdp.exe', 'invoice[U+202E]fdp.exe'],
  ['\u2066live\u2069', '[U+2066]live[U+2069]'],
  ['a\u0007b', 'a[U+0007]b'],
  ['مرحبا بالعالم', 'مرحبا بالعالم'],
  ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
])('names %j as %j', (name, shown) => {
  expect(nameOf({ name })).toBe(shown);
});
