import { readFileSync } from 'node:fs';
import { PROBLEMS } from '@causeway/problem';
import { integrationIds } from './integrations/definitions.js';
import { referencePages } from './reference-pages.js';

const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

test.each(referencePages().map(({ path, text }) => [path, text]))(
  'docs/%s is what `npm run openapi` writes',
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

test('there is a page for each integration, with its redirect URI, settings and scopes, and the index has all', () => {
  const index = read('README.md');
  for (const id of integrationIds) {
    const page = read(`providers/${id}.md`);
    expect(page).toContain(`/integrations/${id}/oauth2callback`);
    expect(page).toContain(`\`${id.toUpperCase()}_CLIENT_SECRET\``);
    expect(index).toContain(`(providers/${id}.md)`);
  }
});

test('every problem has a section', () => {
  const headings = [...read('errors.md').matchAll(/^## (.+)$/gm)].map(([, slug]) => slug);
  expect(headings).toEqual(Object.keys(PROBLEMS));
});
