import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { startBrowser, startService, type Service } from '#testing';
import { cardOf, open } from './support.js';

const KEY = randomBytes(24).toString('hex');

let service: Service;
let browser: Browser;

beforeAll(async () => {
  const env = {
    CAUSEWAY_MODE: 'production',
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    ADMIN_KEY: KEY,
  };
  [service, browser] = await Promise.all([startService({ env }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

test('a service that asks who is calling: a wrong key says so, the right one opens the app and is kept nowhere', async () => {
  const { page, faults } = await open(await browser.newContext(), service.url);
  const dialog = page.getByRole('dialog', { name: 'Access key' });
  await dialog.getByLabel('Key').fill('a-wrong-key');
  await page.keyboard.press('Enter');
  await dialog.getByText('This key is not accepted.').waitFor();

  await dialog.getByLabel('Key').fill(KEY);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Say whose accounts you mean').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('note').count()).toBe(0);

  await page.getByLabel('Organisation').fill('acme');
  await page.getByLabel('User', { exact: true }).fill('ann');
  await page.getByText('the operator of this service has set no client id for it').waitFor();
  await cardOf(page, 'HubSpot').getByText('Not configured').waitFor();

  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept + page.url()).not.toContain(KEY);
  await page.reload();
  await dialog.waitFor();
  expect(faults).toEqual([]);
});

test('a key can be forgotten', async () => {
  const { page } = await open(await browser.newContext(), service.url);
  const dialog = page.getByRole('dialog', { name: 'Access key' });
  await dialog.getByLabel('Key').fill(KEY);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Forget key' }).click();
  await dialog.waitFor();
});
