import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  startBrowser,
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { eventually } from '../../api/test/support/eventually.js';
import { ADMIN_KEY, startProduction, unlimited } from '../../api/test/support/production.js';
import {
  addressOf,
  cardOf,
  consentAfter,
  expectAccessible,
  gridOf,
  open,
  press,
  says,
  signIn,
  newUserId,
} from './support.js';

let apart: MockProvidersProcess;
let browser: Browser;
let redis: RedisServer;
let service: Service;
let context: BrowserContext;

beforeAll(async () => {
  [apart, browser] = await Promise.all([startMockProviders(), startBrowser()]);
  await unlimited(apart.mockProviders);
});
afterAll(async () => {
  await browser?.close();
  await apart?.stop();
});
beforeEach(async () => {
  redis = await startRedis({ appendOnly: true });
  service = await startProduction(apart.mockProviders, { REDIS_URL: redis.url });
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
});
afterEach(async () => {
  await context?.close();
  await service?.stop();
  await redis?.stop();
});

const SENTENCE =
  'The store cannot be used at the moment. Try again in a moment; if it lasts, the log of the service says why.';
const stale = (page: Page) => page.getByRole('alert').filter({ hasText: 'What you see may be out of date' });

async function signedIn(address: string): Promise<{ page: Page; faults: string[] }> {
  const opened = await open(context, address);
  await signIn(opened.page, ADMIN_KEY);
  return opened;
}

async function connected(user: string): Promise<{ page: Page; faults: string[] }> {
  const opened = await signedIn(addressOf(service.url, user, 'hubspot'));
  const popup = await consentAfter(opened.page, 'Connect HubSpot');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(opened.page, /^HubSpot is connected/);
  // Of the preview, which another selection would end.
  await says(opened.page, /^(All|Preview: the first) [\d,]+ items/);
  return opened;
}

test('while Redis is down, an open page says so and keeps its data, and recovers on its own', async () => {
  const { page, faults } = await connected(newUserId());
  await press(page, 'Owners');
  await page.getByRole('button', { name: /^Owners \d+$/ }).waitFor();
  await says(page, /^All [\d,]+ items loaded$/);
  const rows = await gridOf(page).getAttribute('aria-rowcount');

  await redis.kill();
  await press(page, 'Check');
  await page
    .getByRole('status')
    .getByRole('alert')
    .filter({ hasText: SENTENCE })
    .filter({ hasText: 'The store cannot be reached' })
    .waitFor();
  await stale(page).getByText(SENTENCE).waitFor();
  await stale(page).getByRole('button', { name: 'Try again' }).waitFor();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  await expectAccessible(page);
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe(rows);
  await press(page, 'Get changes');
  await page
    .getByRole('alert')
    .filter({ hasText: /^Incomplete/ })
    .getByText(SENTENCE)
    .waitFor();
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe(rows);

  await redis.restart();
  await stale(page).waitFor({ state: 'hidden' });
  await press(page, 'Continue');
  await says(page, 'No changes');
  await press(page, 'Check');
  await says(page, 'Checked just now: it works.');
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('connecting while Redis is down shows the problem, and works once it is back', async () => {
  const { page, faults } = await signedIn(addressOf(service.url, newUserId(), 'notion'));
  await page.getByRole('button', { name: 'Connect Notion' }).waitFor();
  await redis.kill();
  await press(page, 'Connect Notion');
  await says(page, SENTENCE);
  await redis.restart();
  await stale(page).waitFor({ state: 'hidden' });
  const popup = await consentAfter(page, 'Connect Notion');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, /^Notion is connected/);
  expect(faults).toEqual([]);
});

test('a page that is opened while Redis is down can be retried once it is back, with the same session', async () => {
  const user = newUserId();
  const { page: before } = await connected(user);
  await before.close();
  await redis.kill();
  const { page, faults } = await open(context, addressOf(service.url, user, 'hubspot'));
  await page.getByRole('alert').getByText(SENTENCE).waitFor();
  await redis.restart();
  // The service reconnects a moment later.
  await eventually(async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200));
  await page.getByRole('button', { name: 'Try again' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('the list of connections stays while Redis is down, says that it is out of date, and is live again afterwards', async () => {
  const user = newUserId();
  const { page: of } = await connected(user);
  await of.close();
  const { page, faults } = await open(context, `${service.url}/admin`);
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: user, exact: true }) });
  await row.waitFor();
  await redis.kill();
  await row.getByRole('button', { name: /^Details of/ }).click();
  const details = page.getByRole('dialog');
  await details.getByRole('button', { name: 'Check' }).click();
  await details.getByRole('status').getByText(SENTENCE).waitFor();
  await details.getByRole('button', { name: 'Close' }).click();
  await details.waitFor({ state: 'hidden' });
  await page.getByRole('alert').getByText(SENTENCE).waitFor();
  expect(await row.count()).toBe(1);
  await redis.restart();
  await page.getByRole('alert').getByText(SENTENCE).waitFor({ state: 'hidden' });
  await row.getByText('Connected').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});
