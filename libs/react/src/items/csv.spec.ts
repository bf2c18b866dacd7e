import { csvField, csvLine } from './csv.js';

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['x;=1+1;', '"x;=1+1;"'],
  [' spaces ', '" spaces "'],
  ['Zoë 🦊', 'Zoë 🦊'],
])('writes %j as %j', (text, field) => {
  expect(csvField(text)).toBe(field);
});

test.each(['=1+1', '+49 30 1234', '-2+3', '@SUM(A1)', '\tx', '=HYPERLINK("http://x","y")'])(
  'writes an apostrophe before %j, so that a spreadsheet does not run it',
  (text) => {
    expect(csvField(text).replace(/^"/, '')).toMatch(/^'/);
  },
);

test.each(['-5', '+3', '-1.25', '-1,25'])('keeps the number %s as it is', (text) => {
  expect(csvField(text).replaceAll('"', '')).toBe(text);
});

test('ends a line with CRLF (RFC 4180)', () => {
  expect(csvLine(['a', 'b,c'])).toBe('a,"b,c"\r\n');
});
