import type { Locator, Page } from 'playwright-core';
import { AXE_TIMEOUT_MS, expectAccessible, open } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment({ HUBSPOT_RATE_LIMIT: 'off' });

const openDocs = async () => (await open(environment.context, `${environment.service.url}/docs`)).page;

/** The operation with that summary, unfolded and ready to be tried. */
async function tryOut(page: Page, summary: string): Promise<Locator> {
  const operation = page.locator('.opblock').filter({ has: page.getByText(summary, { exact: true }) });
  await operation.locator('.opblock-summary-control').first().click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  return operation;
}

/** Executes it as it is filled in, and gives the status of the response. */
async function execute(operation: Locator): Promise<number> {
  await operation.getByRole('button', { name: 'Execute' }).click();
  return Number(await operation.locator('.live-responses-table tbody .response-col_status').first().innerText());
}

async function allowIn(popup: Page): Promise<void> {
  const proceed = popup.getByRole('button', { name: 'Continue' });
  await proceed.or(popup.getByRole('button', { name: 'Allow' })).waitFor();
  if (await proceed.isVisible()) await proceed.click();
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
}

test('the central operations succeed as they are filled in, from connecting to the proxy', async () => {
  const page = await openDocs();
  const authorize = await tryOut(page, 'Start connecting an account');
  expect(await execute(authorize)).toBe(201);
  const link = authorize.getByRole('link', { name: 'Open the authorization page' });
  const [popup] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await allowIn(popup);

  // The id of the new connection is filled in at once.
  const get = await tryOut(page, 'Get a connection');
  expect(await get.getByPlaceholder('id').inputValue()).toMatch(/^con_/);
  expect(await execute(get)).toBe(200);
  expect(await execute(await tryOut(page, "Load a page of a user's items"))).toBe(200);
  const proxy = await tryOut(page, "Send a GET request to the provider's API with the connection's credential");
  expect(await execute(proxy)).toBe(200);
  expect(await execute(await tryOut(page, 'Create an API key'))).toBe(201);
  expect(await execute(await tryOut(page, 'Start connecting an account from a plain link'))).toBe(200);
  expect(await execute(await tryOut(page, 'Stream events of connections and syncs'))).toBe(200);
}, 240_000);

test('a finish code that comes to the page is filled in', async () => {
  const page = await openDocs();
  const authorize = await tryOut(page, 'Start connecting an account');
  await authorize
    .locator('.examples-select')
    .first()
    .getByRole('combobox')
    .selectOption('Finished by your page or server');
  expect(await execute(authorize)).toBe(201);
  const link = authorize.getByRole('link', { name: 'Open the authorization page' });
  const [popup] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await allowIn(popup);
  const finish = await tryOut(page, 'Finish connecting an account');
  expect(await finish.getByRole('textbox').first().inputValue()).not.toContain('<finishCode>');
  expect(await execute(finish)).toBe(201);
});

test('links of the introduction unfold an operation of the same page', async () => {
  const page = await openDocs();
  await page.getByRole('link', { name: 'List connections' }).click();
  const operation = page.locator('#operations-Connections-listConnections');
  await operation.getByRole('button', { name: 'Try it out' }).waitFor();
  await operation.evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    if (top < 0 || top > innerHeight) throw new Error(`not in the window: ${top}`);
  });
  expect(new URL(page.url()).hash).toBe('#/Connections/listConnections');
  expect(environment.context.pages()).toHaveLength(1);
});

test('follows the colors of the system, and leads back to the web app', async () => {
  const page = await openDocs();
  await page.getByRole('heading', { name: 'Causeway', exact: false }).first().waitFor();
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html.dark-mode').waitFor();
  expect(await background()).not.toBe(light);
  await page.getByRole('link', { name: 'Back to the web app' }).click();
  await page.getByRole('list', { name: 'Integrations' }).waitFor();
});

test('loads less than 500 kB', async () => {
  const page = await environment.context.newPage();
  const session = await environment.context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(`${environment.service.url}/docs`, { waitUntil: 'networkidle' });
  await page.locator('.opblock').first().waitFor();
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(500_000);
});

test.each(['light', 'dark'] as const)('is accessible, as are the pages around a consent (%s)', async (colorScheme) => {
  const page = await openDocs();
  await page.emulateMedia({ colorScheme });
  const authorize = await tryOut(page, 'Start connecting an account');
  await execute(authorize);
  await expectAccessible(page);
  const url = await authorize.getByRole('link', { name: 'Open the authorization page' }).getAttribute('href');
  await page.goto(url ?? '');
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await page.locator('summary').click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByRole('heading', { name: 'Access was not granted' }).waitFor();
  await expectAccessible(page);
}, AXE_TIMEOUT_MS); // prettier-ignore
