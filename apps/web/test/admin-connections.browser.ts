import type { Page } from 'playwright-core';
import type { Connection } from '@causeway/client';
import { connect } from '../../api/test/support/connect.js';
import { adminEnvironment, organization, rows } from './admin-environment.js';
import { says } from './support.js';

const { administer, connected, environment } = adminEnvironment();

const rowOf = (page: Page, { userId }: Connection) =>
  rows(page).filter({ has: page.getByRole('cell', { name: userId, exact: true }) });
const usersIn = (page: Page) => rows(page).locator('td:nth-child(6)').allTextContents();

test('connections are searched, filtered and sorted, and the address keeps it', async () => {
  const org = organization();
  const [first, second, third] = await connected(org, 'hubspot', 'notion', 'hubspot');
  const { page, faults } = await administer();
  await page.getByLabel('Search by organization, user, or account').fill(org);
  await says(page, /^3 (of \d+ )?connections$/);
  expect(await usersIn(page)).toEqual([third, second, first].map((one) => one?.userId));
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page
    .getByRole('columnheader', { name: 'User', exact: true })
    .and(page.locator('[aria-sort=ascending]'))
    .waitFor();
  expect(await usersIn(page)).toEqual(['user-1', 'user-2', 'user-3']);

  await page.getByRole('combobox', { name: 'Integration' }).click();
  await page.getByRole('option', { name: 'HubSpot' }).click();
  await page.waitForURL(/integration=hubspot/);
  await rowOf(page, second as Connection).waitFor({ state: 'hidden' });
  expect(await usersIn(page)).toEqual(['user-1', 'user-3']);
  await page.reload();
  await rowOf(page, third as Connection).waitFor();
  expect(await usersIn(page)).toEqual(['user-1', 'user-3']);
  await page.goBack();
  await rowOf(page, second as Connection).waitFor();

  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Needs reconnect' }).click();
  await page.getByText('No connection matches.').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await rowOf(page, second as Connection)
    .first()
    .waitFor();
  expect(new URL(page.url()).searchParams.get('find')).toBeNull();
  expect(faults).toEqual([]);
});

test('connections are updated when they change', async () => {
  const org = organization();
  const { page } = await administer(`?find=${org}`);
  await page.getByText('No connection matches.').or(page.getByText('Nobody has connected')).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  const [one] = await connected(org, 'slack');
  await rowOf(page, one as Connection)
    .getByText('Connected')
    .waitFor();
  await environment.mockProviders.revoke({ provider: 'slack' });
  await environment.operator.POST('/connections/{id}/check', { params: { path: { id: one?.id ?? '' } } });
  await rowOf(page, one as Connection)
    .getByText('Needs reconnect')
    .waitFor();
  await environment.operator.DELETE('/connections/{id}', { params: { path: { id: one?.id ?? '' } } });
  await rowOf(page, one as Connection).waitFor({ state: 'hidden' });
});

test('the details of a connection open by keyboard, check, refresh and disconnect it, and show its audit log', async () => {
  const org = organization();
  const [one] = await connected(org, 'hubspot');
  const { page } = await administer(`?find=${org}`);
  const account = page.getByRole('button', { name: `Details of ${one?.account.name}` });
  await account.focus();
  await page.keyboard.press('Enter');
  const details = page.getByRole('dialog', { name: one?.account.name ?? '' });
  await details.getByRole('heading', { name: 'Timeline' }).waitFor();
  await details.getByText('User user-1').first().waitFor();
  expect(new URL(page.url()).searchParams.get('connection')).toBe(one?.id);
  await details.getByRole('button', { name: 'Check' }).click();
  await details.getByRole('status').getByText('It works.').waitFor();
  await details.getByText('Checked', { exact: true }).waitFor();
  // What the provider was asked for it, from the activity log.
  await details.getByText('GET /account-info/').waitFor();
  await details.getByRole('button', { name: 'Refresh' }).click();
  await details.getByRole('status').getByText('Refreshed.', { exact: true }).waitFor();
  await details.getByText('Token refreshed').waitFor();

  // The button lost the focus while it was disabled; the dialog takes it back within a moment.
  await page.waitForFunction(() => document.querySelector('[role=dialog]')?.contains(document.activeElement));
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'hidden' });
  expect(await account.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.goBack();
  await details.waitFor();
  await details.getByRole('button', { name: 'Disconnect' }).click();
  const question = page.getByRole('dialog', { name: `Disconnect ${one?.account.name}?` });
  await question.getByRole('button', { name: 'Keep it' }).click();
  await question.waitFor({ state: 'hidden' });
  await details.getByRole('button', { name: 'Disconnect' }).click();
  await question.getByRole('button', { name: 'Disconnect' }).click();
  await details
    .getByRole('status')
    .getByText(/^Disconnected, and the provider/)
    .waitFor();
  await details.getByRole('button', { name: 'Close' }).last().click();
  await rowOf(page, one as Connection).waitFor({ state: 'hidden' });
});

test('a link to a deleted connection says that it does not exist', async () => {
  const { page } = await administer('?connection=con_00000000000000000000000000000000');
  await page.getByText('This connection does not exist').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.waitForURL((url) => !url.searchParams.has('connection'));
});

test('bulk actions check, refresh and disconnect the selected ones, with a result for each', async () => {
  const org = organization();
  const made = await connected(org, 'hubspot', 'slack', 'notion');
  await environment.mockProviders.revoke({ provider: 'slack' });
  const { page, faults } = await administer(`?find=${org}&sort=user&order=asc`);
  await rowOf(page, made[0] as Connection).waitFor();
  const all = page.getByRole('checkbox', { name: /^Select all/ });
  await all.check();
  await says(page, '3 selected');

  await page.getByRole('button', { name: 'Check', exact: true }).click();
  const checking = page.getByRole('dialog', { name: 'Check 3 connections' });
  await checking.getByText('2 succeeded, 1 did not.').waitFor();
  const results = checking.getByRole('list', { name: 'Results' }).getByRole('listitem');
  expect(await results.filter({ hasText: 'It works.' }).count()).toBe(2);
  await results.filter({ hasText: 'user-2' }).getByText('does not accept the credential any more').waitFor();
  await checking.getByRole('button', { name: 'Done' }).click();
  await rowOf(page, made[1] as Connection)
    .getByText('Needs reconnect')
    .waitFor();
  // What was only checked stays selected.
  await says(page, '3 selected');
  const { userId, account } = made[1] as Connection;
  await page.getByRole('checkbox', { name: `Select ${account.name} of ${userId}` }).uncheck();
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  const refreshing = page.getByRole('dialog', { name: 'Refresh 2 connections' });
  await refreshing.getByText('All 2 succeeded.').waitFor();
  await refreshing.getByRole('button', { name: 'Done' }).click();

  await all.check();
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  const leaving = page.getByRole('dialog', { name: 'Disconnect 3 connections?' });
  expect(
    (await environment.operator.GET('/connections', { params: { query: { orgId: org } } })).data?.connections,
  ).toHaveLength(3);
  await leaving.getByRole('button', { name: 'Disconnect 3' }).click();
  await leaving.getByRole('button', { name: 'Done' }).waitFor();
  expect(
    await leaving
      .getByRole('listitem')
      .filter({ hasText: /Disconnected/ })
      .count(),
  ).toBe(3);
  await leaving.getByRole('button', { name: 'Done' }).click();
  await page.getByText('No connection matches.').or(page.getByText('Nobody has connected')).waitFor();
  expect(
    (await environment.operator.GET('/connections', { params: { query: { orgId: org } } })).data?.connections,
  ).toEqual([]);
  expect(faults).toEqual([]);
});

test('a list of 60 has two pages, which are in the address and the history', async () => {
  const org = organization();
  for (let index = 0; index < 60; index += 10)
    await Promise.all(
      Array.from({ length: 10 }, (_, more) =>
        connect(environment.operator, 'notion', { orgId: org, userId: `user-${index + more}` }),
      ),
    );
  const { page } = await administer(`?find=${org}`);
  await page.getByText('1–50 of 60').waitFor();
  expect(await rows(page).count()).toBe(50);
  await page.getByRole('button', { name: 'Go to next page' }).click();
  await page.getByText('51–60 of 60').waitFor();
  expect(await rows(page).count()).toBe(10);
  expect(page.url()).toContain('page=2');
  await page.goBack();
  await page.getByText('1–50 of 60').waitFor();
  // Including those on other pages.
  await page.getByRole('checkbox', { name: /^Select all/ }).check();
  await says(page, '60 selected');
});

test('a list that cannot be loaded shows the problem and can be loaded again', async () => {
  const { page } = await administer('?tab=keys');
  await page.route('**/connections?*', (route) => route.abort());
  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByText('The service does not respond').waitFor();
  // A list that was not loaded must not look empty.
  expect(await page.getByText('Nobody has connected an account yet.').isVisible()).toBe(false);
  await page.unroute('**/connections?*');
  // The list also loads itself again when the event stream opens.
  await page
    .getByRole('button', { name: 'Try again' })
    .click({ timeout: 3_000 })
    .catch(() => undefined);
  await page.getByText('The service does not respond').waitFor({ state: 'hidden' });
  await page
    .getByRole('status')
    .getByText(/connections?$/)
    .first()
    .waitFor();
});
