import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../../', import.meta.url);

/** `file` › name, at the end of a row. */
const SHOWN_BY = /^\|.*\| *`([^`]+)` › (.+?) *\|$/gm;

test('every test that SECURITY.md names exists', async () => {
  const document = await readFile(new URL('SECURITY.md', ROOT), 'utf8');
  const claims = [...document.matchAll(SHOWN_BY)].map(([, file = '', name = '']) => ({ file, name }));
  // No row of a table of claims without one.
  const rows = document.split('\n').filter((line) => line.includes('spec.ts') || line.includes('.browser.ts'));
  expect(claims.length).toBe(rows.length);
  expect(claims.length).toBeGreaterThan(30);
  const missing = [];
  for (const claim of claims) {
    const text = await readFile(new URL(claim.file, ROOT), 'utf8').catch(() => '');
    if (!text.includes(claim.name)) missing.push(claim);
  }
  expect(missing).toEqual([]);
});
