import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { recordOf, writeBesideService } from '../../api/test/support/records.js';
import { productionEnvironment } from './test-environment.js';
import { expectAccessible, open, signIn } from './support.js';

/** More than the page loads to sort them. */
const MANY = 2_040;
const KEY = { id: 'k1', secret: randomBytes(32) };

const environment = productionEnvironment(
  { viewport: { width: 1500, height: 900 } },
  { ENCRYPTION_KEYS: `${KEY.id}:${KEY.secret.toString('base64')}` },
);
beforeAll(async () => {
  const recordOfUser = (userId: string, at: number, integration: string) =>
    recordOf({ orgId: 'acme', userId, integration, createdAt: Date.now() - 1_000_000 + at });
  await writeBesideService(
    join(environment.service.directory, '.data'),
    [KEY],
    [
      // The list has the newest first, so this one is last.
      recordOfUser('the-first', 0, 'slack'),
      ...Array.from({ length: MANY }, (_, at) => recordOfUser(`later-${at}`, at + 1, 'notion')),
    ],
  );
});

/** Signs in, and records the lists that the page requests from then on. */
async function administer(query = '') {
  const { page, faults } = await open(environment.context, `${environment.service.url}/admin${query}`);
  const lists: URLSearchParams[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    // Once more when the event stream opens: something may have happened before.
    const isRepeated = String(searchParams) === String(lists.at(-1));
    if (pathname === '/connections' && !isRepeated) lists.push(searchParams);
  });
  await signIn(page, ADMIN_KEY);
  return { page, faults, lists };
}

test('thousands of connections are counted, and loaded only as far as they are looked at', async () => {
  const { page, faults, lists } = await administer();
  const status = page.getByRole('status');
  await status.getByText('2,041 connections', { exact: true }).waitFor();
  await page.getByText('1–50 of 2,041').waitFor();
  expect(lists.map((query) => query.get('cursor') !== null)).toEqual([false]);
  for (const pages of ['51–100', '101–150', '151–200', '201–250']) {
    await page.getByRole('button', { name: 'Go to next page' }).click();
    await page.getByText(`${pages} of 2,041`).waitFor();
    await page
      .getByRole('button', { name: /^Details of/ })
      .nth(49)
      .waitFor();
  }
  expect(lists).toHaveLength(2);
  await page.getByRole('checkbox', { name: 'Select all, of the 400 loaded ones' }).waitFor();
  await page.getByRole('combobox', { name: 'Integration' }).click();
  await page.getByRole('option', { name: 'Notion (2,040)' }).waitFor();
  await page.getByRole('option', { name: 'Slack (1)' }).click();
  await page.getByRole('cell', { name: 'the-first', exact: true }).waitFor();
  await status.getByText('1 of 2,041 connections').waitFor();
  expect(faults).toEqual([]);
});

test('a search is one request for all connections, and finds the oldest', async () => {
  const { page, faults, lists } = await administer();
  await page.getByText('1–50 of 2,041').waitFor();
  await page.getByLabel('Search by organization, user, or account').pressSequentially('ACME the-first', { delay: 20 });
  await page.getByRole('cell', { name: 'the-first', exact: true }).waitFor();
  await page.getByRole('status').getByText('1 of 2,041 connections').waitFor();
  await expectAccessible(page);
  // The first is the list without a search. What is typed is searched when typing pauses.
  expect(lists.slice(1).map((query) => query.get('search'))).toEqual(['ACME the-first']);
  expect(faults).toEqual([]);
});

test('of a search that finds more than was loaded, it is told, and its pages go on', async () => {
  const { page } = await administer('?find=later');
  await page.getByRole('status').getByText('200+ of 2,041 connections').waitFor();
  await page.getByText('1–50 of many').waitFor();
  await page.getByRole('button', { name: 'Go to next page' }).click();
  await page.getByText('51–100 of many').waitFor();
});

test('what is sorted otherwise than by age is loaded up to a limit, which is told', async () => {
  const { page } = await administer('?sort=user&order=asc');
  await page.getByText('Only the 2,000 newest connections are sorted.').waitFor();
  await page.getByText('1–50 of 2,000').waitFor();
  await page.getByRole('button', { name: 'Load more' }).click();
  await page.getByText('1–50 of 2,041').waitFor();
});
