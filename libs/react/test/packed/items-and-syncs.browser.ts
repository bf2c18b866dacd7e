import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createCauseway, unwrap } from '@causeway/client';
import { BrowserUser, startBrowser } from '@causeway/testing';
import { installPacked, runBin } from './install.js';
import { startProduct, type Product } from './serve.js';

let browser: Browser;
let product: Product;
let page: Page;
let users = 0;
const faults: string[] = [];

beforeAll(async () => {
  const app = await installPacked('vite-app');
  await copyFile(join(app, 'src/items.tsx'), join(app, 'src/main.tsx'));
  await runBin(app, 'typescript/bin/tsc');
  await runBin(app, 'vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  [browser, product] = await Promise.all([startBrowser(), startProduct(join(app, 'dist'))]);
  product.scopes = ['connections:read', 'items:read', 'syncs:read', 'syncs:write'];
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A page of a user who has connected an account. */
beforeEach(async () => {
  product.userId = `user-${(users += 1)}`;
  const { authorizationUrl } = await unwrap(
    createCauseway({ baseUrl: product.service.url }).POST('/integrations/{integration}/authorize', {
      params: { path: { integration: 'hubspot' } },
      body: { orgId: 'acme', userId: product.userId, finish: 'none' },
    }),
  );
  await new BrowserUser().connect(authorizationUrl);
  page = await browser.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${product.origin}/?${new URLSearchParams({ service: product.service.url })}`);
});
afterEach(async () => {
  await page.close();
  expect(faults).toEqual([]);
});

const says = (sentence: RegExp) => page.getByRole('status').getByText(sentence).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('useItems pauses, continues, gets changes and is cleared; a search selects rows', async () => {
  await says(/^stopped, 100 loaded, 100 shown, settled 1 times/);
  await press('Continue');
  await says(/^complete, 250 loaded, 250 shown, settled 2 times/);
  await page.getByRole('searchbox').fill('no such contact');
  await says(/^complete, 250 loaded, 0 shown/);
  await page.getByRole('searchbox').fill('');
  await says(/^complete, 250 loaded, 250 shown/);
  await press('Changes');
  await says(/^complete, 250 loaded, 250 shown, settled 3 times/);
  await press('Clear');
  await says(/^idle, 0 loaded, 0 shown/);
});

test('ItemsGrid sorts, resizes by keyboard, opens details, and keeps the widths for the next visit', async () => {
  await says(/^stopped, 100 loaded/);
  const grid = page.getByRole('grid', { name: 'Items' });
  const head = grid.getByRole('columnheader', { name: 'Name', exact: true });
  await head.click();
  await grid.locator('[aria-sort=ascending]').waitFor();
  const names = await grid.getByRole('rowheader').allTextContents();
  // Only those that are visible are in the document.
  expect(names.length).toBeGreaterThan(5);
  expect(names.length).toBeLessThan(40);
  expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, undefined, { numeric: true })));
  const widthOf = async () => (await head.boundingBox())?.width ?? 0;
  const before = await widthOf();
  await page.keyboard.press('Shift+ArrowRight');
  expect(Math.abs((await widthOf()) - before - 16)).toBeLessThan(2);
  await grid.getByRole('rowheader').nth(1).click();
  await says(new RegExp(`, ${names[1]}$`));
  const after = await widthOf();
  await page.reload();
  await says(/^stopped, 100 loaded/);
  expect(Math.abs((await widthOf()) - after)).toBeLessThan(2);
});

test('useSyncs is kept up to date: a sync is created, paused, resumed and deleted', async () => {
  const sync = page.getByRole('list', { name: 'Syncs' }).getByRole('listitem');
  await press('Create');
  // No click asks for it: the sync is loaded again until its run has ended.
  await sync.getByText(/^active, full complete, 25\d items/).waitFor();
  await press('pause');
  await sync.getByText(/^paused, /).waitFor();
  await press('resume');
  await sync.getByText(/^active, /).waitFor();
  await press('full');
  await sync.getByText(/^active, full complete/).waitFor();
  await press('delete');
  await sync.waitFor({ state: 'detached' });
});
