import type { Page } from 'playwright-core';
import { createCauseway, type Connection } from '@causeway/client';
import { addressOf, cardOf, connected, consentAfter, HUBSPOT, open, press, says, newUserId } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

const backEnd = () => createCauseway({ baseUrl: environment.service.url });

async function connectionsOf(user: string): Promise<Connection[]> {
  const { data } = await backEnd().GET('/connections', { params: { query: { orgId: 'acme', userId: user } } });
  return data?.connections ?? [];
}

async function connectSecond(page: Page): Promise<void> {
  const popup = await consentAfter(page, 'Connect another account');
  await popup.getByRole('radio').nth(1).check();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('combobox', { name: 'Account' }).waitFor();
}

test('Reconnect keeps the id of a connection whose grant was revoked', async () => {
  const user = newUserId();
  const { page, mockProviders } = await connected(environment, HUBSPOT, user);
  const [before] = await connectionsOf(user);
  await mockProviders.revoke({ provider: 'hubspot' });
  await press(page, 'Check');
  await says(page, 'Reconnect required');
  await cardOf(page, 'HubSpot').getByText('Needs reconnect').waitFor();

  const popup = await consentAfter(page, 'Reconnect');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  const [after, ...others] = await connectionsOf(user);
  expect(others).toEqual([]);
  expect(after?.id).toBe(before?.id);
  expect(after?.status).toBe('active');
});

test('two accounts of one integration are listed, and the selected one is in the address', async () => {
  const user = newUserId();
  const { page } = await connected(environment, HUBSPOT, user);
  await connectSecond(page);
  await cardOf(page, 'HubSpot').getByText('2 accounts').waitFor();
  const all = await connectionsOf(user);
  expect(new Set(all.map(({ account }) => account.id)).size).toBe(2);
  const shown = page.getByRole('combobox', { name: 'Account' });
  // The newest one is shown first.
  const [newest, older] = all;
  for (const one of [older, newest]) {
    await shown.click();
    await page.getByRole('option', { name: one?.account.name ?? '' }).click();
    await page.waitForURL((url) => url.searchParams.get('connection') === one?.id);
    await shown.getByText(one?.account.name ?? '').waitFor();
  }
  await page.goBack();
  await shown.getByText(older?.account.name ?? '').waitFor();
  await page.reload();
  await shown.getByText(older?.account.name ?? '').waitFor();
});

test('an authorization from before the cookies were cleared is reported as no longer valid', async () => {
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  await environment.context.clearCookies();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page
    .getByRole('status')
    .getByText(/no longer valid|expired/i)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Connect HubSpot' }).isEnabled()).toBe(true);
});

test('a connection that a back end deletes disappears without a reload', async () => {
  const user = newUserId();
  const { page } = await connected(environment, HUBSPOT, user);
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  const [connection] = await connectionsOf(user);
  await backEnd().DELETE('/connections/{id}', { params: { path: { id: connection?.id ?? '' } } });
  await cardOf(page, 'HubSpot').getByText('Not connected').waitFor();
  await page.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
});

test('Cancel closes the popup and changes nothing', async () => {
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  await Promise.all([popup.waitForEvent('close'), press(page, 'Cancel')]);
  expect(await page.getByRole('button', { name: 'Connect HubSpot' }).isEnabled()).toBe(true);
});

test('a reconnect with another account is rejected, with a next step', async () => {
  const user = newUserId();
  const { page } = await connected(environment, HUBSPOT, user);
  const [before] = await connectionsOf(user);
  const popup = await consentAfter(page, 'Reconnect');
  await popup.getByRole('radio').nth(1).check();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, /another account/i);
  const after = await connectionsOf(user);
  expect(after.map(({ id, account }) => [id, account.id])).toEqual([[before?.id, before?.account.id]]);
});

test('Disconnect opens the dialog again while it is still closing', async () => {
  const { page } = await connected(environment, HUBSPOT);
  const button = page.getByRole('button', { name: 'Disconnect' });
  await button.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0, height = 0 } = (await button.boundingBox()) ?? {};
  // At the coordinates of the button, even if something covers it, as a user clicks.
  const pressThere = () => page.mouse.click(x + width / 2, y + height / 2);
  const whole = () =>
    page.waitForFunction(() => {
      const question = document.querySelector('.MuiDialog-container');
      return question !== null && getComputedStyle(question).opacity === '1';
    });
  await pressThere();
  await whole();
  for (let again = 0; again < 3; again += 1) {
    await page.keyboard.press('Escape');
    await pressThere();
    await whole();
  }
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await says(page, /is disconnected/);
});

test('connecting and disconnecting work by keyboard, and the focus is never lost', async () => {
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), 'hubspot'));
  const onto = async (on: Page, name: string) => {
    const button = on.getByRole('button', { name, exact: true });
    await button.waitFor();
    for (let steps = 0; steps < 60; steps += 1) {
      if (await button.evaluate((element) => element === document.activeElement)) return;
      await on.keyboard.press('Tab');
    }
    throw new Error(`Tab does not come to “${name}”`);
  };
  await onto(page, 'Connect HubSpot');
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
  await onto(popup, 'Allow');
  await Promise.all([popup.waitForEvent('close'), popup.keyboard.press('Enter')]);
  await says(page, /^HubSpot is connected/);
  await onto(page, 'Disconnect');
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: /^Disconnect / });
  // An accidental Enter does no harm.
  await question.getByRole('button', { name: 'Keep it' }).and(page.locator(':focus')).waitFor();
  await onto(page, 'Disconnect');
  await page.keyboard.press('Enter');
  await says(page, /is disconnected/);
  await question.waitFor({ state: 'hidden' });
  await page.locator('h2:focus', { hasText: 'HubSpot' }).waitFor();
});

describe('the option to disconnect the previous integration when switching', () => {
  const option = (page: Page) =>
    page.getByRole('switch', { name: 'Disconnect the previous integration when switching' });

  test('is off by default: selecting another integration changes nothing', async () => {
    const user = newUserId();
    const { page } = await connected(environment, HUBSPOT, user);
    expect(await option(page).isChecked()).toBe(false);
    await cardOf(page, 'Slack').click();
    await page.getByRole('button', { name: 'Connect Slack' }).waitFor();
    expect(await connectionsOf(user)).toHaveLength(1);
  });

  test('when on, asks first, disconnects the previous integration and says so', async () => {
    const user = newUserId();
    const { page } = await connected(environment, HUBSPOT, user);
    await option(page).check();
    await cardOf(page, 'Slack').click();
    const question = page.getByRole('dialog', { name: 'Disconnect HubSpot and switch?' });
    await question.getByRole('button', { name: 'Cancel' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await question.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { name: 'HubSpot' }).waitFor();
    expect(await connectionsOf(user)).toHaveLength(1);

    await cardOf(page, 'Slack').click();
    await question.getByRole('button', { name: 'Disconnect and switch' }).click();
    await says(page, 'HubSpot was disconnected because you switched to another integration.');
    await cardOf(page, 'HubSpot').getByText('Not connected').waitFor();
    expect(await connectionsOf(user)).toEqual([]);
  });
});
