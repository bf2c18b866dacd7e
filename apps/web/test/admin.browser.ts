import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { createCauseway, type Connection } from '@causeway/client';
import { Apps } from '../../api/test/support/apps.js';
import { connect } from '../../api/test/support/connect.js';
import { ADMIN_KEY, startProduction } from '../../api/test/support/production.js';
import { productionEnvironment } from './test-environment.js';
import { AXE_TIMEOUT_MS, expectAccessible, open, signIn, newUserId } from './support.js';

const environment = productionEnvironment({ viewport: { width: 1500, height: 900 } });

/** A new organization, so that the test can filter by its own connections. */
const organization = () => `org-of-${newUserId()}`;

async function connected(orgId: string, ...integrations: string[]): Promise<Connection[]> {
  const made: Connection[] = [];
  for (const [index, integration] of integrations.entries())
    made.push(await connect(environment.operator, integration, { orgId, userId: `user-${index + 1}` }));
  return made;
}

async function administer(query = '', key = ADMIN_KEY): Promise<{ page: Page; faults: string[] }> {
  const opened = await open(environment.context, `${environment.service.url}/admin${query}`);
  await signIn(opened.page, key);
  return opened;
}

const rows = (page: Page) => page.getByRole('table', { name: 'Connections' }).locator('tbody tr');
const rowOf = (page: Page, { userId }: Connection) =>
  rows(page).filter({ has: page.getByRole('cell', { name: userId, exact: true }) });
const says = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();
const usersIn = (page: Page) => rows(page).locator('td:nth-child(6)').allTextContents();

describe('connections', () => {
  test('are searched, filtered and sorted, and the address keeps it', async () => {
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

  test('are updated when they change', async () => {
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

  test('details open by keyboard, check, refresh and disconnect it, and show its audit log', async () => {
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
});

describe('API keys', () => {
  test('a key is created, shown once, works, and is rejected after it was revoked', async () => {
    await environment.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { page, faults } = await administer('?tab=keys');
    const name = `key of ${newUserId()}`;
    const make = page.getByRole('button', { name: 'Create API key' });
    await make.click();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.getByText('Select at least one.').waitFor();
    await page.getByLabel('Name').fill(name);
    // Only the corrected field loses its error.
    await page.getByText('Enter a name.').waitFor({ state: 'hidden' });
    expect(await page.getByText('Select at least one.').count()).toBe(1);
    await page.getByRole('checkbox', { name: /^connections:read/ }).check();
    await page.getByLabel('Organizations').fill('acme, no<angle');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Each is 1 to 255 ASCII characters').waitFor();
    await page.getByLabel('Organizations').fill('acme, globex');
    await page.keyboard.press('Enter');

    const made = page.getByRole('dialog', { name: `The key “${name}” was created` });
    const key = (await made.getByRole('textbox', { name: 'Key' }).textContent()) ?? '';
    expect(key).toMatch(/^cwk_[0-9a-f]{16}_[\w-]{43}$/);
    await made.getByRole('button', { name: 'Copy Key' }).click();
    await made.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
    const causeway = createCauseway({ baseUrl: environment.service.url, apiKey: key });
    expect((await causeway.GET('/connections')).response.status).toBe(200);
    // Escape must not close it.
    await page.keyboard.press('Escape');
    await made.getByRole('button', { name: 'Done' }).click();
    await made.waitFor({ state: 'hidden' });
    expect(await page.content()).not.toContain(key);
    expect(await make.evaluate((button) => button === document.activeElement)).toBe(true);

    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });
    await row.getByText('acme, globex').waitFor();
    await row.getByText('in 90 days').waitFor();
    await row.getByRole('button', { name: `Revoke ${name}` }).click();
    const question = page.getByRole('dialog', { name: `Revoke “${name}”?` });
    await question.getByRole('button', { name: 'Keep it' }).click();
    expect((await causeway.GET('/connections')).response.status).toBe(200);
    await row.getByRole('button', { name: `Revoke ${name}` }).click();
    await question.getByRole('button', { name: 'Revoke' }).click();
    await says(page, `“${name}” was revoked.`);
    await row.waitFor({ state: 'hidden' });
    expect((await causeway.GET('/connections')).response.status).toBe(401);
    expect(faults).toEqual([]);
  });

  test('a key that reads credentials is created after the own key was entered again', async () => {
    const { page } = await administer('?tab=keys');
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByLabel('Name').fill(`key of ${newUserId()}`);
    const ownKey = page.getByLabel('Confirm with your own key');
    expect(await ownKey.count()).toBe(0);
    await page.getByRole('checkbox', { name: /^credentials:read/ }).check();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Enter the key you signed in with.').waitFor();
    await ownKey.fill('a wrong key');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('This key was not accepted').waitFor();
    await ownKey.fill(ADMIN_KEY);
    await page.getByRole('button', { name: 'Create key' }).click();
    const made = page.getByRole('dialog', { name: /was created$/ });
    expect(await made.getByRole('textbox', { name: 'Key' }).textContent()).toMatch(/^cwk_/);
  });
});

test('the Audit log tab lists what was done, filters it, loads more and exports it', async () => {
  const org = organization();
  // Of more that one key does within a minute, the log has the number.
  for (let i = 0; i < 3; i += 1) {
    const body = { name: `maker ${i}`, scopes: ['sessions:write' as const], orgIds: [org] };
    const { data: maker } = await environment.operator.POST('/keys', { body });
    const causeway = createCauseway({ baseUrl: environment.service.url, apiKey: maker?.key ?? '' });
    for (let j = 0; j < 20; j += 1)
      await causeway.POST('/sessions', { body: { orgId: org, userId: `user-${i}-${j}` } });
  }
  await environment.operator.POST('/keys', {
    body: { name: 'audited', scopes: ['items:read'], orgIds: [org] },
  });
  const { page, faults } = await administer('?tab=audit');
  const entries = page.getByRole('table', { name: 'Audit log' }).locator('tbody tr');
  await entries.first().waitFor();
  await page.getByLabel('Organization').fill(org);
  await page.waitForURL(new RegExp(org));
  await page.getByText('audited: items:read', { exact: true }).waitFor();
  await entries.first().getByText('Operator').waitFor();
  // A key is called by its name.
  await entries.nth(1).getByText('maker 2', { exact: true }).waitFor();
  expect(await entries.count()).toBe(50);
  await page.getByRole('button', { name: 'Show older entries' }).click();
  await page.getByRole('button', { name: 'Show older entries' }).waitFor({ state: 'hidden' });
  await entries.nth(63).waitFor();
  expect(await entries.count()).toBe(64);

  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'Key created' }).click();
  await page.waitForURL(/type=key-made/);
  await entries.nth(4).waitFor({ state: 'hidden' });
  // While they are loaded, there are none.
  await entries.nth(3).waitFor();
  expect(await entries.count()).toBe(4);
  await page.reload();
  await entries.first().getByText('Key created').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.ndjson$/);
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string; orgId: string }).type)).toEqual(
    Array<string>(4).fill('key-made'),
  );

  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'Disconnected' }).click();
  await page.getByText('Nothing matches these filters.').waitFor();
  expect(faults).toEqual([]);
});

test('the Health tab shows the status, live metrics, and failures by reason', async () => {
  const { page } = await administer('?tab=health');
  await page.getByText('The service is ready.').waitFor();
  await page.getByText('Embedded store').waitFor();
  const connects = page.getByRole('region', { name: 'Connects', exact: true });
  const totalOf = async () =>
    Number(/^[\d,]+/.exec((await connects.getByText('since start').textContent()) ?? '')?.[0]?.replace(',', ''));
  const before = await totalOf();
  await connected(organization(), 'notion', 'slack');
  await page.waitForFunction((most) => Number(/(\d+) since/.exec(document.body.textContent ?? '')?.[1]) > most, before);
  expect(await totalOf()).toBe(before + 2);
  await connects.getByRole('img', { name: /^Connects: now [\d.]+, at most [\d.]+/ }).waitFor();

  const [broken] = await connected(organization(), 'slack');
  await environment.mockProviders.revoke({ provider: 'slack' });
  await environment.operator.POST('/connections/{id}/check', { params: { path: { id: broken?.id ?? '' } } });
  await page.getByRole('table', { name: 'Failures by reason' }).getByText('unauthorized').waitFor();
  const failures = page.getByRole('region', { name: 'Failures', exact: true });
  await failures.getByText(/^[1-9]\d* since start$/).waitFor();
  await failures.getByRole('img', { name: /^Failures: now [\d.]+, at most [\d.]+/ }).waitFor();
  await page.reload();
  const byDay = page.getByRole('region', { name: 'Connects by day' });
  await byDay.getByText(/^[1-9][\d,]* in 14 days$/).waitFor();
  await byDay.getByRole('img', { name: /^Connects by day: now [1-9][\d,]*/ }).waitFor();
});

test('the Integrations tab shows what is configured, what is missing, and a client that the provider rejects', async () => {
  const apps = new Apps(environment.mockProviders);
  await apps.become('hubspot');
  const partly = await startProduction(environment.mockProviders, {
    ...apps.environment(),
    NOTION_CLIENT_ID: '',
    NOTION_CLIENT_SECRET: '',
    HUBSPOT_SCOPES: 'oauth crm.objects.contacts.read',
  });
  const { page } = await open(environment.context, `${partly.url}/admin?tab=setup`);
  await signIn(page, ADMIN_KEY);
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  await card('HubSpot').getByText('Configured', { exact: true }).waitFor();
  await card('HubSpot').getByText(`${partly.url}/integrations/hubspot/oauth2callback`, { exact: true }).waitFor();
  const scopes = card('HubSpot').getByRole('textbox', { name: 'scopes of HubSpot' });
  expect(await scopes.textContent()).toBe('oauth crm.objects.contacts.read');
  // Where something is missing, the steps are open.
  await card('Notion').getByText('Set NOTION_CLIENT_ID and NOTION_CLIENT_SECRET, then restart the service.').waitFor();
  expect(await card('HubSpot').getByText('Set HUBSPOT_CLIENT_ID').isVisible()).toBe(false);
  expect(await card('Notion').getByRole('button', { name: /^Test/ }).isEnabled()).toBe(false);
  await card('HubSpot').getByRole('button', { name: /^Test/ }).click();
  await card('HubSpot').getByRole('status').getByText('accepts the client id and the secret').waitFor();
  expect(await page.content()).not.toContain(apps.clientOf('hubspot').clientSecret);

  await apps.changeSecret('hubspot');
  await card('HubSpot').getByRole('button', { name: /^Test/ }).click();
  await card('HubSpot').getByRole('status').getByText('refuses the client id or the secret').waitFor();
  await card('HubSpot').getByText('Client rejected').waitFor();
  await card('HubSpot')
    .getByText(/refuses the client id or secret/)
    .first()
    .waitFor();
  await partly.stop();
});

test('the redirect URI is copied to the clipboard', async () => {
  await environment.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page } = await administer('?tab=setup');
  await page.getByRole('button', { name: 'Copy redirect URI of Slack' }).click();
  await page.getByRole('region', { name: 'Slack', exact: true }).getByText('Copied').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${environment.service.url}/integrations/slack/oauth2callback`);
});

test('the Activity tab is searched, also by the request of an error and for a connection that is gone', async () => {
  const org = organization();
  const [one] = await connected(org, 'hubspot');
  const params = { path: { id: one?.id ?? '' } };
  await environment.operator.POST('/connections/{id}/check', { params });
  await environment.mockProviders.fault({
    provider: 'hubspot',
    on: 'data',
    kind: 'server-error',
    status: 400,
    times: 1,
  });
  const body = { orgId: org, userId: 'user-1', types: ['contact'] };
  const failed = await environment.operator.POST('/integrations/{integration}/load', {
    params: { path: { integration: 'hubspot' } },
    body,
  });
  const requestId = failed.response.headers.get('x-request-id') ?? '';
  const { page, faults } = await administer(`?tab=activity&requestId=${requestId}`);
  const entries = page.getByRole('table', { name: 'Activity' }).locator('tbody tr');
  await entries.nth(1).waitFor();
  expect(await entries.count()).toBe(2);
  await entries.first().getByText('provider-rejected').waitFor();
  await entries
    .nth(1)
    .getByText(/^(GET|POST) \/crm\//)
    .waitFor();

  await page.getByLabel('Request ID').fill('');
  await page.getByLabel('Organization', { exact: true }).fill(org);
  await page.waitForURL((url) => url.searchParams.get('orgId') === org);
  await entries.nth(2).waitFor();
  await page.getByRole('combobox', { name: 'Result' }).click();
  await page.getByRole('option', { name: 'Succeeded' }).click();
  await entries.first().getByText('API call').waitFor();
  await entries.nth(1).getByText('Code exchange').waitFor();
  expect(await entries.count()).toBe(2);
  await page.reload();
  await entries.first().getByText('API call').waitFor();

  await environment.operator.DELETE('/connections/{id}', { params });
  await entries.first().getByRole('link').click();
  const details = page.getByRole('dialog');
  await details.getByText('This connection does not exist').waitFor();
  await details.getByText('Revoke', { exact: true }).waitFor();
  // Who disconnected it.
  const disconnected = details.getByRole('row').filter({ hasText: 'Disconnected' });
  await disconnected.getByText('Operator').waitFor();
  expect(faults).toEqual([]);
});

test('the Get started tab ticks what was done, and makes a link by which a user connects', async () => {
  const { page, faults } = await administer('?tab=start');
  const step = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) });
  await step('Configure an integration').getByRole('img', { name: 'Done' }).waitFor();
  const org = organization();
  const user = { orgId: org, userId: newUserId() };
  const form = page.getByRole('region', { name: 'Connect link' });
  await form.getByLabel('Organization').fill(user.orgId);
  await form.getByLabel('User').fill(user.userId);
  await form.getByRole('combobox', { name: 'Integration' }).click();
  await page.getByRole('option', { name: 'Slack' }).click();
  await form.getByRole('button', { name: 'Create link' }).click();
  const link = (await form.getByRole('textbox', { name: 'connect link' }).textContent()) ?? '';
  const { page: theirs } = await open(await environment.browser.newContext(), link);
  await theirs.getByText(user.userId).first().waitFor();
  await theirs.getByRole('button', { name: 'Continue' }).click();
  await theirs.getByRole('button', { name: 'Allow' }).click();
  await theirs
    .getByText(/connected/i)
    .first()
    .waitFor();
  await theirs.context().close();
  await environment.operator.POST('/sessions', { body: user });
  await environment.operator.POST('/integrations/{integration}/load', {
    params: { path: { integration: 'slack' } },
    body: user,
  });
  const eventuallyDone = async () => {
    await page.reload();
    await step('Load items').getByRole('img', { name: 'Done' }).waitFor({ timeout: 3_000 });
  };
  await eventuallyDone().catch(eventuallyDone);
  await step('Connect an account').getByRole('img', { name: 'Done' }).waitFor();
  await step('Embed it in your product').getByRole('img', { name: 'Done' }).waitFor();

  // With the ids of the account that was connected last.
  const snippet = page.getByRole('region', { name: 'Code snippets' });
  await snippet.getByText(`"userId":"${user.userId}"`).first().waitFor();
  await snippet.getByText('/integrations/slack/load').first().waitFor();
  await snippet.getByRole('button', { name: 'TypeScript' }).click();
  await snippet.getByText("import { createCauseway, unwrap } from '@causeway/client'").waitFor();
  expect(faults).toEqual([]);
});

test('in sandbox mode everybody is an administrator, and there is no Sign out', async () => {
  const { startSandboxMode } = await import('../../api/test/support/sandbox-mode.js');
  const { service: sandbox } = await startSandboxMode();
  const { page } = await open(environment.context, sandbox.url);
  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByText('Nobody has connected an account yet.').waitFor();
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  await page.getByRole('tab', { name: 'Integrations' }).click();
  await page.getByText('From the mock provider').first().waitFor();
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('note').waitFor();
  await page.goBack();
  await page.getByRole('tab', { name: 'Integrations', selected: true }).waitFor();
  await sandbox.stop();
});

test.each([
  ['light', 1500],
  ['dark', 1500],
  ['light', 390],
] as const)(
  'every screen is accessible in %s at %i pixels',
  async (colorScheme, width) => {
    const org = organization();
    const [one] = await connected(org, 'slack', 'hubspot');
    await environment.mockProviders.revoke({ provider: 'slack' });
    await environment.operator.POST('/connections/{id}/check', { params: { path: { id: one?.id ?? '' } } });
    const looking = await environment.browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const { page } = await open(looking, `${environment.service.url}/admin?find=${org}`);
    await signIn(page, ADMIN_KEY);
    await rows(page).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('checkbox').nth(1).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByRole('button', { name: 'Disconnect 1' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep them' }).click();
    await page
      .getByRole('button', { name: /^Details of/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?find=nobody-at-all`);
    await page.getByText('No connection matches.').waitFor();
    await expectAccessible(page);

    await page.goto(`${environment.service.url}/admin?tab=keys`);
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByLabel('Name').fill(`for ${org}`);
    await expectAccessible(page);
    await page.getByRole('checkbox', { name: /^items:read/ }).check();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Copy Key' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('table', { name: 'API keys' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=audit`);
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=health`);
    await page.getByText('since start').first().waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=setup`);
    await page.getByText('Configured', { exact: true }).first().waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=activity&orgId=${org}`);
    await page.getByRole('table', { name: 'Activity' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=start`);
    await page.getByRole('region', { name: 'Code snippets' }).waitFor();
    await expectAccessible(page);
    await looking.close();
  },
  AXE_TIMEOUT_MS,
);
