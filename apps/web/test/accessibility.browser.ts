import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { startBrowser, startService, type Service } from '@causeway/testing';
import {
  addressOf,
  AXE_TIMEOUT_MS,
  connected,
  expectAccessible,
  gridOf,
  HUBSPOT,
  open,
  press,
  says,
  newUserId,
} from './support.js';

let service: Service;
let browser: Browser;

beforeAll(async () => {
  const env = { CAUSEWAY_MODE: 'sandbox', HUBSPOT_RATE_LIMIT: 'off' };
  [service, browser] = await Promise.all([startService({ env }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const wider = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe.each([
  ['light', 'wide', WIDE],
  ['dark', 'wide', WIDE],
  ['light', 'a phone', PHONE],
  ['dark', 'a phone', PHONE],
] as const)('%s, %s', (colorScheme, _, viewport) => {
  let context: BrowserContext;
  beforeEach(async () => {
    context = await browser.newContext({ colorScheme, viewport });
  });
  afterEach(() => context.close());

  test(
    'every screen is accessible and no wider than the window',
    async () => {
      const { page: fresh } = await open(context, addressOf(service.url, newUserId(), 'hubspot'));
      await fresh.getByRole('button', { name: 'Connect HubSpot' }).waitFor();
      await expectAccessible(fresh);
      expect(await wider(fresh)).toBe(false);
      await fresh.close();

      const { page, mockProviders } = await connected({ context, service }, HUBSPOT);
      const looksGood = async () => {
        // Dialogs and menus are outside of the page's landmarks.
        await expectAccessible(page, ['region']);
        expect(await wider(page)).toBe(false);
      };
      await says(page, /^All [\d,]+ items loaded$/);
      await looksGood();
      await gridOf(page).focus();
      await page.keyboard.press('ArrowDown');
      await looksGood();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await looksGood();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press(page, 'Columns');
      await page.getByRole('menu').waitFor();
      await looksGood();
      await page.keyboard.press('Escape');
      await press(page, 'JSON');
      await page.getByRole('textbox', { name: 'Items as JSON' }).waitFor();
      await looksGood();
      await page.getByRole('searchbox').fill('nothing is called like this');
      await page.getByText('No loaded item matches').waitFor();
      await looksGood();

      await mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 500, skip: 2 });
      await press(page, 'Reload all');
      await page.getByRole('alert').waitFor();
      await looksGood();
      await mockProviders.clearFaults();
      await press(page, 'Disconnect');
      await page.getByRole('dialog').waitFor();
      await looksGood();
    },
    AXE_TIMEOUT_MS,
  );
});

test('a long account name does not push anything off the screen of a phone', async () => {
  const context = await browser.newContext({ viewport: PHONE });
  const { page } = await connected({ context, service }, { id: 'airtable', name: 'Airtable' });
  const panel = page.getByRole('region', { name: 'Airtable' });
  const edge = async (part: Locator) => {
    const { x = 0, width = 0 } = (await part.boundingBox()) ?? {};
    return x + width;
  };
  for (const part of [
    panel.getByRole('button', { name: 'Disconnect' }),
    panel.getByRole('button', { name: 'Dismiss' }),
  ])
    expect(await edge(part)).toBeLessThan(await edge(panel));
  expect(await wider(page)).toBe(false);
  await context.close();
});

test('a reload keeps the selected integration, and Back and Forward go through the selections', async () => {
  const context = await browser.newContext();
  const { page } = await open(context, addressOf(service.url, newUserId()));
  const card = (name: string) =>
    page
      .getByRole('list', { name: 'Integrations' })
      .getByRole('button', { name: new RegExp(`^${name}`), pressed: true });
  for (const name of ['Slack', 'HubSpot']) {
    await page
      .getByRole('list', { name: 'Integrations' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await card(name).waitFor();
  }
  await page.goBack();
  await card('Slack').waitFor();
  await page.reload();
  await card('Slack').waitFor();
  await page.goForward();
  await card('HubSpot').waitFor();
  await context.close();
});
