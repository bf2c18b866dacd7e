import axe from 'axe-core';
import { rm } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { MockProviders, startBrowser } from '@causeway/testing';
import { installPacked } from './install.js';
import { startProduct, type Product } from './serve.js';

const SCRIPT = '/node_modules/@causeway/client/dist/standalone/causeway-connect.js';
/** The styles of the element are constructed, so a page needs to allow none. */
const POLICY = (service: string) => `default-src 'none'; script-src 'self'; connect-src 'self' ${service}`;

let folder: string;
let product: Product;
let browser: Browser;
let context: BrowserContext;
let backEnd: CausewayClient;
const pages: Record<string, string> = {};
let users = 0;

beforeAll(async () => {
  folder = await installPacked();
  [product, browser] = await Promise.all([startProduct(folder, pages), startBrowser()]);
  backEnd = createCauseway({ baseUrl: product.service.url });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  product.userId = `user-${(users += 1)}`;
  context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
});
afterEach(() => context.close());

/** Opens a page with the element. */
async function visit(attributes = 'variant="button"', { lang = 'en', head = '' } = {}) {
  pages['/index.html'] = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Product</title>
    <meta http-equiv="content-security-policy" content="${POLICY(product.service.url)}; style-src 'nonce-page'">
    <meta name="viewport" content="width=device-width">${head}
    <script type="module" src="${SCRIPT}"></script></head><body><main><h1>Product</h1>
    <causeway-connect base-url="${product.service.url}" session-url="/causeway-session" ${attributes}></causeway-connect>
    </main></body></html>`;
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(product.origin);
  return { page, faults, dialog: page.getByRole('dialog') };
}

async function open(attributes?: string, options?: { lang?: string; head?: string }) {
  const visited = await visit(attributes, options);
  await visited.page.locator('causeway-connect').getByRole('button').first().click();
  await visited.dialog.getByRole('searchbox').waitFor();
  return visited;
}

async function consentAfter(page: Page, press: () => Promise<void>): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), press()]);
  await popup.getByRole('button', { name: 'Allow' }).waitFor();
  return popup;
}

const allow = (popup: Page) =>
  Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);

const says = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();

async function connectedTo(page: Page, app: RegExp): Promise<MockProviders> {
  const popup = await consentAfter(page, () => page.getByRole('button', { name: app }).click());
  const mockProviders = new MockProviders(new URL(popup.url()).origin);
  await allow(popup);
  await says(page, /is connected: ./);
  return mockProviders;
}

async function connections() {
  const { data } = await backEnd.GET('/connections', { params: { query: { orgId: 'acme', userId: product.userId } } });
  return data?.connections ?? [];
}

async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }));
}

test('a user finds an app, connects two accounts of it, and disconnects one after a question', async () => {
  const { page, faults, dialog } = await open();
  await page.evaluate(() => {
    const events: string[] = [];
    Object.assign(window, { events });
    for (const type of ['connected', 'disconnected', 'close'])
      document.querySelector('causeway-connect')?.addEventListener(type, (event) => {
        const { connection, revoked } = ((event as CustomEvent).detail ?? {}) as Record<string, never>;
        events.push(
          [type, (connection as { account: { name: string } } | undefined)?.account.name, revoked].join(' ').trim(),
        );
      });
  });
  await dialog.getByRole('searchbox').fill('crm');
  await says(page, '1 app found');
  expect(await dialog.getByRole('listitem').count()).toBe(1);
  await connectedTo(page, /^HubSpot/);
  const accounts = dialog.getByRole('list', { name: 'HubSpot accounts' });
  const popup = await consentAfter(page, () => dialog.getByRole('button', { name: 'Connect another account' }).click());
  await popup.getByRole('radio').nth(1).check();
  await allow(popup);
  await accounts.getByRole('listitem').nth(1).waitFor();
  const [second, first] = (await connections()).map(({ account }) => account.name);
  expect(second).not.toBe(first);

  await dialog.getByRole('button', { name: `Disconnect ${first}` }).click();
  const question = dialog.getByRole('group', { name: `Disconnect ${first}?` });
  await question.getByRole('button', { name: 'Keep it' }).click();
  expect((await connections()).length).toBe(2);
  await dialog.getByRole('button', { name: `Disconnect ${first}` }).click();
  await question.getByRole('button', { name: 'Disconnect' }).click();
  await says(page, `${first} is disconnected.`);
  expect((await connections()).map(({ account }) => account.name)).toEqual([second]);
  await dialog.getByRole('button', { name: 'Back to all apps' }).click();
  await dialog.getByRole('button', { name: /HubSpot CRM Connected/ }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.evaluate(() => (window as unknown as { events: string[] }).events)).toEqual([
    `connected ${first}`,
    `connected ${second}`,
    `disconnected ${first} revoked`,
    'close',
  ]);
  expect(faults).toEqual([]);
});

test('a withdrawn access appears with its reason while the dialog is open, and Reconnect keeps the connection', async () => {
  const { page, dialog } = await open();
  const mockProviders = await connectedTo(page, /^HubSpot/);
  await mockProviders.revoke({ provider: 'hubspot' });
  const [before] = await connections();
  await backEnd.POST('/connections/{id}/check', { params: { path: { id: before?.id ?? '' } } });
  await dialog.getByText('The access was withdrawn or has expired. Reconnect the account to continue.').waitFor();
  const popup = await consentAfter(page, () =>
    dialog.getByRole('button', { name: `Reconnect ${before?.account.name}` }).click(),
  );
  await allow(popup);
  await dialog.getByText('Connected', { exact: true }).waitFor();
  expect((await connections()).map(({ id, status }) => [id, status])).toEqual([[before?.id, 'active']]);
});

test('Deny and a closed popup are told with a next step, and nothing is connected', async () => {
  const { page, dialog } = await open();
  const popup = await consentAfter(page, () => dialog.getByRole('button', { name: /^Notion/ }).click());
  await says(page, 'Continue in the Notion window.');
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, 'Access was not granted. Connect again if that was not intended.');
  const again = await consentAfter(page, () => dialog.getByRole('button', { name: 'Connect Notion' }).click());
  await again.close();
  await says(page, /^The window was closed and nothing was changed/);
  expect(await connections()).toEqual([]);
});

test('when popups are blocked, the page goes to the provider and comes back to a dialog that says how it ended', async () => {
  await context.addInitScript(() => (window.open = () => null));
  const { page, dialog, faults } = await open();
  await dialog.getByRole('button', { name: /^Slack/ }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(`${product.origin}/`);
  await says(page, /^Slack is connected: ./);
  expect((await connections()).map(({ integration }) => integration)).toEqual(['slack']);
  expect(faults).toEqual([]);
});

test('with the keyboard alone: the focus is never lost, Escape goes one step back, and the opener gets it again', async () => {
  const { page, dialog } = await open();
  const focused = () =>
    page.evaluate(() => {
      const element = document.querySelector('causeway-connect')?.shadowRoot?.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim().replaceAll(/\s+/g, ' ');
    });
  await dialog.getByRole('searchbox').fill('hub');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('H HubSpot CRM Connect');
  const popup = await consentAfter(page, () => page.keyboard.press('Enter'));
  await allow(popup);
  await says(page, /is connected: ./);
  expect(await focused()).toBe('HubSpot');
  const name = (await connections())[0]?.account.name;
  await dialog.getByRole('button', { name: `Disconnect ${name}` }).press('Enter');
  expect(await focused()).toBe('Keep it');
  await page.keyboard.press('Escape');
  expect(await focused()).toBe(`Disconnect ${name}`);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await says(page, `${name} is disconnected.`);
  expect(await focused()).toBe('HubSpot');
  await dialog.getByRole('button', { name: 'Back to all apps' }).press('Enter');
  expect(await focused()).toBe('H HubSpot CRM Connect');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await focused()).toBe('Connect accounts');
});

test.each(['light', 'dark'])('has nothing that axe reports, %s', async (theme) => {
  const head = '<style nonce="page">:root { color-scheme: light dark }</style>';
  const { page, dialog } = await open(`variant="button" theme="${theme}"`, { head });
  expect(await violations(page)).toEqual([]);
  await connectedTo(page, /^HubSpot/);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: /^Disconnect / }).click();
  expect(await violations(page)).toEqual([]);
});

test.each([
  ['de', 'Konten verbinden', 'ltr'],
  ['ja-JP', 'アカウントを連携する', 'ltr'],
  ['ar', 'اربط حساباتك', 'rtl'],
])('a page in %s has its texts, and loads no other locale', async (lang, title, direction) => {
  const locales: string[] = [];
  context.on('request', (request) => {
    const locale = /standalone\/(\w\w)\.js$/.exec(request.url())?.[1];
    if (locale !== undefined) locales.push(locale);
  });
  const { page, dialog } = await open('variant="button"', { lang });
  const heading = dialog.getByRole('heading', { name: title });
  await heading.waitFor();
  expect(await heading.evaluate((element) => getComputedStyle(element).direction)).toBe(direction);
  expect(locales).toEqual([lang.slice(0, 2)]);
  const [close, search] = await Promise.all(
    [dialog.locator('header button'), dialog.getByRole('searchbox')].map((one) => one.boundingBox()),
  );
  expect((close?.x ?? 0) > (search?.x ?? 0) + 100).toBe(direction === 'ltr');
  expect(await violations(page)).toEqual([]);
});

test('a session that may only read shows what is connected, and offers nothing else', async () => {
  const { page } = await open();
  await connectedTo(page, /^HubSpot/);
  await page.close();
  product.scopes = ['connections:read'];
  try {
    const { dialog } = await open();
    await dialog.getByRole('listitem').first().waitFor();
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining('HubSpot')]);
    await dialog.getByRole('button', { name: /^HubSpot/ }).click();
    await dialog.getByText('Connected', { exact: true }).waitFor();
    expect(await dialog.getByRole('button', { name: /connect/i }).count()).toBe(0);
  } finally {
    product.scopes = ['connections:read', 'connections:write'];
  }
});

test('the page changes colors and texts, and offers some integrations only', async () => {
  const head = '<style nonce="page">:root { --causeway-background: rgb(255, 250, 240) }</style>';
  const { page, dialog } = await open('variant="button" integrations="notion, slack"', { head });
  expect(await dialog.getByRole('listitem').count()).toBe(2);
  expect(await dialog.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe('rgb(255, 250, 240)');
  await page.evaluate(() => {
    Object.assign(document.querySelector('causeway-connect') ?? {}, { texts: { title: 'Your data sources' } });
  });
  await dialog.getByRole('heading', { name: 'Your data sources' }).waitFor();
});

test.each([320, 390])('fits into %d px', async (width) => {
  const { page } = await visit('variant="inline"');
  await page.setViewportSize({ width, height: 700 });
  await connectedTo(page, /^HubSpot/);
  await page.getByRole('button', { name: /^Disconnect / }).click();
  const body = page.locator('[part=body]');
  expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});

test('a service that cannot be reached is told in plain words, with a button to try again', async () => {
  const { page, dialog } = await visit();
  await page.route(`${product.service.url}/**`, (route) => route.abort());
  await page.locator('causeway-connect').getByRole('button').first().click();
  await dialog.getByRole('alert').getByText('The service cannot be reached.').waitFor();
  await page.unroute(`${product.service.url}/**`);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByRole('searchbox').waitFor();
});
