import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createCauseway, type Connection } from '@causeway/client';
import { startBrowser, startService, type Service } from '@causeway/testing';
import { addressOf, cardOf, connected, consentAfter, HUBSPOT, open, press, says, someone } from './support.js';

let service: Service;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService({ env: { CAUSEWAY_MODE: 'sandbox' } }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

const backEnd = () => createCauseway({ baseUrl: service.url });

async function connectionsOf(user: string): Promise<Connection[]> {
  const { data } = await backEnd().GET('/connections', { params: { query: { orgId: 'acme', userId: user } } });
  return data?.connections ?? [];
}

async function connectSecond(page: Page): Promise<void> {
  const popup = await consentAfter(page, 'Connect another account');
  await popup.getByRole('radio').nth(1).check();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').nth(1).waitFor();
}

test('a grant that was taken back: the problem is said, and Reconnect keeps the connection', async () => {
  const user = someone();
  const { page, standIns } = await connected(context, service, HUBSPOT, user);
  const [before] = await connectionsOf(user);
  await standIns.revoke({ provider: 'hubspot' });
  await press(page, 'Check');
  await says(page, 'The connection has to be authorized again');
  await cardOf(page, 'HubSpot').getByText('Needs reconnect').waitFor();

  const popup = await consentAfter(page, 'Reconnect');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  const [after, ...others] = await connectionsOf(user);
  expect(others).toEqual([]);
  expect(after?.id).toBe(before?.id);
  expect(after?.status).toBe('active');
});

test('two accounts of one integration: both are shown, each can be looked at, and the address says which', async () => {
  const user = someone();
  const { page } = await connected(context, service, HUBSPOT, user);
  await connectSecond(page);
  await cardOf(page, 'HubSpot').getByText('2 accounts').waitFor();
  const all = await connectionsOf(user);
  expect(new Set(all.map(({ account }) => account.id)).size).toBe(2);
  const accounts = page.getByRole('list', { name: 'Accounts' });
  for (const { id, account } of all) {
    await accounts.getByRole('button', { name: account.name }).click();
    await page.waitForURL((url) => url.searchParams.get('connection') === id);
    await accounts.getByRole('button', { name: account.name, pressed: true }).waitFor();
  }
  await page.goBack();
  await accounts.getByRole('button', { name: all[0]?.account.name ?? '', pressed: true }).waitFor();
  await page.reload();
  await accounts.getByRole('button', { name: all[0]?.account.name ?? '', pressed: true }).waitFor();
});

test('an attempt from before the cookies were cleared is told as one that is not valid any more', async () => {
  const { page } = await open(context, addressOf(service.url, someone(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  await context.clearCookies();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page
    .getByRole('status')
    .getByText(/not valid any more|expired/i)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Connect HubSpot' }).isEnabled()).toBe(true);
});

test('what a back end does to a connection shows at once, without a look at it', async () => {
  const user = someone();
  const { page } = await connected(context, service, HUBSPOT, user);
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  const [connection] = await connectionsOf(user);
  await backEnd().DELETE('/connections/{id}', { params: { path: { id: connection?.id ?? '' } } });
  await cardOf(page, 'HubSpot').getByText('Not connected').waitFor();
  await page.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
});

test('Cancel gives up, closes the window and changes nothing', async () => {
  const { page } = await open(context, addressOf(service.url, someone(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  await Promise.all([popup.waitForEvent('close'), press(page, 'Cancel')]);
  expect(await page.getByRole('button', { name: 'Connect HubSpot' }).isEnabled()).toBe(true);
});

test('a reconnect with another account is refused, and says what to do', async () => {
  const user = someone();
  const { page } = await connected(context, service, HUBSPOT, user);
  const [before] = await connectionsOf(user);
  const popup = await consentAfter(page, 'Reconnect');
  await popup.getByRole('radio').nth(1).check();
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, /another account/i);
  const after = await connectionsOf(user);
  expect(after.map(({ id, account }) => [id, account.id])).toEqual([[before?.id, before?.account.id]]);
});

test('Disconnect pressed again while its question closes asks again', async () => {
  const { page } = await connected(context, service, HUBSPOT);
  const button = page.getByRole('button', { name: 'Disconnect' });
  await button.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0, height = 0 } = (await button.boundingBox()) ?? {};
  // Where the button is, whatever lies over it: as a person does it.
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

test('connecting and disconnecting by the keyboard alone, and the focus is never lost', async () => {
  const { page } = await open(context, addressOf(service.url, someone(), 'hubspot'));
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
  // A hasty Enter does no harm.
  await question.getByRole('button', { name: 'Keep it' }).and(page.locator(':focus')).waitFor();
  await onto(page, 'Disconnect');
  await page.keyboard.press('Enter');
  await says(page, /is disconnected/);
  await question.waitFor({ state: 'hidden' });
  await page.locator('h2:focus', { hasText: 'HubSpot' }).waitFor();
});

describe('disconnect the previous one when switching', () => {
  const option = (page: Page) => page.getByRole('switch', { name: 'Disconnect the previous one when switching' });

  test('is off: looking at another integration changes nothing', async () => {
    const user = someone();
    const { page } = await connected(context, service, HUBSPOT, user);
    expect(await option(page).isChecked()).toBe(false);
    await cardOf(page, 'Slack').click();
    await page.getByRole('button', { name: 'Connect Slack' }).waitFor();
    expect(await connectionsOf(user)).toHaveLength(1);
  });

  test('switched on, it disconnects and says so', async () => {
    const user = someone();
    const { page } = await connected(context, service, HUBSPOT, user);
    await option(page).check();
    await cardOf(page, 'Slack').click();
    await says(page, 'HubSpot was disconnected because you switched to another integration.');
    await cardOf(page, 'HubSpot').getByText('Not connected').waitFor();
    expect(await connectionsOf(user)).toEqual([]);
  });
});
