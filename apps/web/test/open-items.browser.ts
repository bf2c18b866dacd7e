import type { Page } from 'playwright-core';
import { connected, expectAccessible, gridOf, open, press, says } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment(
  { AIRTABLE_RATE_LIMIT: 'off', SLACK_RATE_LIMIT: 'off' },
  { viewport: { width: 1280, height: 720 } },
);

const AIRTABLE = { id: 'airtable', name: 'Airtable' } as const;
const SLACK = { id: 'slack', name: 'Slack' } as const;

const breadcrumbs = (page: Page) => page.getByRole('navigation', { name: 'Breadcrumbs' });
const isHere = (page: Page, name: string) => breadcrumbs(page).locator('[aria-current]').getByText(name).waitFor();
const rows = (page: Page) => gridOf(page).getByRole('rowheader');

async function unlimited({ id, name }: typeof AIRTABLE | typeof SLACK) {
  const all = await connected(environment, { id, name });
  await all.mockProviders.limit({ provider: id, limit: 'off' });
  return all;
}

test('connecting an account shows its items without a click, above the fold of a small screen', async () => {
  const { page } = await unlimited(SLACK);
  await rows(page).nth(3).waitFor();
  const { y = 0, height = 0 } = (await rows(page).nth(3).boundingBox()) ?? {};
  expect(y + height).toBeLessThan(720);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(720);
});

test('a click on a channel shows its messages with names, a click on a thread its replies, and the way back', async () => {
  const { page } = await unlimited(SLACK);
  expect(await page.getByText('parent', { exact: false }).count()).toBe(0);
  await rows(page).getByText('general', { exact: true }).first().click();
  await isHere(page, 'general');
  await page.getByRole('columnheader', { name: 'From' }).waitFor();
  await rows(page).nth(5).waitFor();
  const grid = (await gridOf(page).textContent()) ?? '';
  expect(grid).not.toMatch(/<[@#!]|&amp;|\bU[A-Z0-9]{8,}/);
  await expectAccessible(page);

  await page.getByRole('columnheader', { name: 'Replies' }).click();
  const thread = gridOf(page)
    .locator('[data-row]')
    .filter({ has: page.locator('[data-action=details]') })
    .first();
  const text = (await thread.getByRole('rowheader').locator('[dir=auto]').textContent()) ?? '';
  await thread.getByRole('rowheader').click();
  await isHere(page, text);
  await rows(page).first().waitFor();
  await says(page, /loaded$/);
  expect(await page.getByText('parent', { exact: false }).count()).toBe(0);
  await page.goBack();
  await isHere(page, 'general');
  await page.getByRole('columnheader', { name: 'Replies' }).and(page.locator('[aria-sort=ascending]')).waitFor();
  await breadcrumbs(page).getByRole('button', { name: 'All items' }).click();
  await breadcrumbs(page).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /^Channels/ }).waitFor();
});

test('bases, tables and records open by keyboard, and a link to a record restores all of it', async () => {
  const { page } = await unlimited(AIRTABLE);
  await rows(page).first().waitFor();
  await gridOf(page).focus();
  const base = (await rows(page).first().textContent()) ?? '';
  await page.keyboard.press('Enter');
  await isHere(page, base);
  await rows(page).first().waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'grid');
  const table = (await rows(page).first().textContent()) ?? '';
  await page.keyboard.press('Enter');
  await isHere(page, table);
  await says(page, /loaded$/);
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'grid');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const details = page.getByRole('dialog');
  const name = (await details.getByRole('heading').first().textContent()) ?? '';

  const { page: linked } = await open(environment.context, page.url());
  await linked.getByRole('dialog', { name }).waitFor();
  await linked.keyboard.press('Escape');
  await linked.getByRole('dialog').waitFor({ state: 'hidden' });
  await isHere(linked, table);
  await breadcrumbs(linked).getByRole('button', { name: base }).click();
  await isHere(linked, base);
  await rows(linked).getByText(table, { exact: true }).waitFor();

  await page.goBack();
  await details.waitFor({ state: 'hidden' });
  await page.goBack();
  await isHere(page, base);
  await page.goBack();
  await breadcrumbs(page).waitFor({ state: 'hidden' });
});

test('types that are not loaded by default are loaded when they are selected', async () => {
  const { page } = await unlimited(AIRTABLE);
  await says(page, /^All 12 items loaded$/);
  await press(page, 'Records');
  await says(page, /^(Preview: the first|All) [\d,]+ items( loaded)?$/);
  await page.waitForURL((url) => url.searchParams.get('types') === 'record');
  await rows(page).nth(3).waitFor();
  await press(page, /^Default types/);
  await rows(page).getByText(/./).nth(11).waitFor();
  await says(page, 'All 12 items loaded');
});

test('a table that is opened out of the list of all items is shown in its base', async () => {
  const { page } = await unlimited(AIRTABLE);
  await says(page, /loaded$/);
  const column = await page.getByRole('columnheader', { name: 'Location' }).getAttribute('aria-colindex');
  const row = gridOf(page)
    .locator('[data-row]')
    .filter({ has: page.getByRole('gridcell', { name: 'Table', exact: true }) })
    .first();
  const table = (await row.getByRole('rowheader').textContent()) ?? '';
  const base = (await row.locator(`[aria-colindex="${column}"]`).textContent()) ?? '';
  await row.getByRole('rowheader').click();
  await isHere(page, table);
  await breadcrumbs(page).getByRole('button', { name: base, exact: true }).click();
  await isHere(page, base);
  await rows(page).getByText(table, { exact: true }).waitFor();
});

test('rows have a column of actions only where one of them has an action', async () => {
  const { page } = await unlimited(AIRTABLE);
  await rows(page).first().waitFor();
  await gridOf(page).getByRole('columnheader', { name: 'Actions' }).waitFor();
  const { page: contacts } = await connected(environment, { id: 'hubspot', name: 'HubSpot' });
  await rows(contacts).first().waitFor();
  expect(await gridOf(contacts).getByRole('columnheader', { name: 'Actions' }).count()).toBe(0);
  const count = Number(await gridOf(contacts).getAttribute('aria-colcount'));
  expect(await gridOf(contacts).getByRole('columnheader').count()).toBe(count);
});

test('the first rows are above the fold of a phone', async () => {
  const { page } = await connected(environment, { id: 'hubspot', name: 'HubSpot' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await says(page, /loaded$/);
  const { y = 0, height = 0 } = (await rows(page).nth(2).boundingBox()) ?? {};
  expect(y + height).toBeLessThan(844);
  await page.getByRole('button', { name: 'Owners' }).click();
  await page.getByRole('button', { name: 'Owners', pressed: true }).waitFor();
  await expectAccessible(page);
});
