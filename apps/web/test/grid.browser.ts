import type { Page } from 'playwright-core';
import { addressOf, connected, gridOf, HUBSPOT, newUserId, open, press, says } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment({ HUBSPOT_RATE_LIMIT: 'off' }, { viewport: { width: 1280, height: 800 } });

const head = (page: Page, name: string) => page.getByRole('columnheader', { name, exact: true });
const widthOf = async (page: Page, name: string) => (await head(page, name).boundingBox())?.width ?? 0;
const heads = async (page: Page) =>
  (await page.getByRole('columnheader').allTextContents()).map((text) => text.replace(/[↓↑]/, ''));

async function loadedAccount() {
  const all = await connected(environment, HUBSPOT);
  await all.mockProviders.limit({ provider: 'hubspot', limit: 'off' });
  await says(all.page, /^All [\d,]+ items loaded$/);
  return all;
}

test('columns have the labels of the provider, and values in words', async () => {
  const { page } = await loadedAccount();
  await press(page, /^Deals/);
  await head(page, 'Deal stage').waitFor();
  expect(await heads(page)).toEqual(expect.arrayContaining(['Name', 'Amount', 'Deal stage', 'Pipeline']));
  const text = (await gridOf(page).textContent()) ?? '';
  expect(text).not.toMatch(/dealstage|hubspot_owner_id|appointmentscheduled/);
});

test('columns are resized, moved and hidden, by pointer and keyboard, and stay so for their item type', async () => {
  const { page } = await loadedAccount();
  await press(page, /^Contacts/);
  await head(page, 'Email').waitFor();
  const before = await widthOf(page, 'Email');
  const edge = await head(page, 'Email').locator('[data-resize]').boundingBox();
  const [x, y] = [(edge?.x ?? 0) + 5, (edge?.y ?? 0) + 5];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 70, y, { steps: 5 });
  await page.mouse.up();
  expect(Math.abs((await widthOf(page, 'Email')) - before - 70)).toBeLessThan(3);
  // A drag is no click: it sorts nothing.
  expect(await page.locator('[aria-sort=ascending]').count()).toBe(0);

  await head(page, 'Email').dragTo(head(page, 'Modified'), { sourcePosition: { x: 20, y: 15 } });
  await page.waitForFunction(() => {
    const labels = [...document.querySelectorAll('[role=columnheader]')].map(({ textContent }) => textContent);
    return labels.indexOf('Email') > labels.indexOf('Modified');
  });
  await press(page, 'Columns');
  await page.getByRole('menuitemcheckbox', { name: 'Modified', exact: true }).click();
  await page.keyboard.press('Escape');
  expect(await heads(page)).not.toContain('Modified');

  // By keyboard: onto the heading of the last column, wider, and one to the left.
  await gridOf(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+ArrowUp');
  await page.keyboard.press('ArrowUp');
  const order = await heads(page);
  const at = order.indexOf('Email');
  for (let steps = 0; steps < at; steps += 1) await page.keyboard.press('ArrowRight');
  const wide = await widthOf(page, 'Email');
  await page.keyboard.press('Shift+ArrowRight');
  expect(Math.abs((await widthOf(page, 'Email')) - wide - 16)).toBeLessThan(3);
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.waitForFunction(
    (index) => document.querySelectorAll('[role=columnheader]')[index]?.textContent === 'Email',
    at - 1,
  );
  const mine = await heads(page);
  const myWidth = await widthOf(page, 'Email');

  // Those of another type are as they were, and a reload brings back mine.
  await press(page, /^Contacts/);
  await press(page, /^Companies/);
  await head(page, 'Company domain name').waitFor();
  expect(await heads(page)).toContain('Modified');
  await press(page, /^Companies/);
  await press(page, /^Contacts/);
  await page.reload();
  await head(page, 'Email').waitFor();
  expect(await heads(page)).toEqual(mine);
  expect(Math.abs((await widthOf(page, 'Email')) - myWidth)).toBeLessThan(3);
});

test('a link restores types, search, sorting, columns and the JSON view', async () => {
  const { page } = await loadedAccount();
  await press(page, /^Contacts/);
  await page.getByRole('searchbox').fill('example.com');
  await head(page, 'Name').click();
  await head(page, 'Name').click();
  await press(page, 'Columns');
  await page.getByRole('menuitemcheckbox', { name: 'Created', exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByText(/^[\d,]+ of [\d,]+ items$/).waitFor();
  const [columns, count] = [await heads(page), await gridOf(page).getAttribute('aria-rowcount')];

  // Another browser has no layouts of its own.
  const other = await environment.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const { page: linked } = await open(other, page.url());
  await linked.locator('[aria-sort=descending]').waitFor();
  await says(linked, /loaded$/);
  await linked.waitForFunction(
    (rows) => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === rows,
    count,
  );
  expect(await heads(linked)).toEqual(columns);
  await press(linked, 'JSON');
  await linked.waitForURL(/view=json/);
  await linked.reload();
  await linked.getByRole('textbox', { name: 'Items as JSON' }).waitFor();
  await other.close();
});

test('names of any direction keep their beginning, hidden characters are shown, and cut texts have a tooltip', async () => {
  const { page } = await loadedAccount();
  const names = ['   ', 'invoice\u202Efdp.exe', 'مرحبا بالعالم '.repeat(12).trim(), `long ${'name '.repeat(40)}end`];
  await page.route(/\/items(\?|$)/, async (route) => {
    const response = await route.fetch();
    const lines = (await response.text()).split('\n');
    const body = lines.map((line, at) => {
      const name = names[at];
      if (name === undefined || !line.startsWith('{"item"')) return line;
      return JSON.stringify({ item: { ...JSON.parse(line).item, name } });
    });
    await route.fulfill({ response, body: body.join('\n') });
  });
  await press(page, 'Reload all');
  await says(page, /^All [\d,]+ items loaded$/);
  const row = (at: number) => gridOf(page).getByRole('rowheader').nth(at);
  await row(0).getByText('Untitled').waitFor();
  expect(await row(1).textContent()).toBe('invoice[U+202E]fdp.exe');
  const arabic = row(2).locator('[dir=auto]');
  expect(await arabic.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  await row(3).hover();
  await page.waitForFunction(
    (name) => [...document.querySelectorAll('[role=rowheader]')].some((cell) => cell.getAttribute('title') === name),
    names[3],
  );
});

test('sandbox mode links to no pages of the provider: it has none of these items', async () => {
  const { page } = await loadedAccount();
  await gridOf(page).getByRole('rowheader').first().click();
  await page.getByRole('dialog').getByText('ID', { exact: true }).waitFor();
  expect(await page.locator('[data-action=link]').count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Open at the provider' }).count()).toBe(0);
});

test('the JSON view is formatted, colored, searchable and resizable, and its items are all there', async () => {
  const { page, faults } = await loadedAccount();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, 'JSON');
  const field = page.getByRole('textbox', { name: 'Items as JSON' });
  await field.getByText('"firstname"').first().waitFor();
  const colors = await field.evaluate((content) => [
    ...new Set([...content.querySelectorAll('.cm-line span')].map((span) => getComputedStyle(span).color)),
  ]);
  expect(colors.length).toBeGreaterThan(2);
  await press(page, 'Copy');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const items = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as unknown[];
  expect(items).toHaveLength(Number((await page.getByText(/^All \d+ items loaded$/).textContent())?.match(/\d+/)?.[0]));

  await press(page, 'Collapse all');
  expect((await field.textContent())?.length).toBeLessThan(10_000);
  await press(page, 'Expand all');
  await press(page, 'Find');
  await page.getByRole('textbox', { name: 'Find' }).fill('lifecyclestage');
  await page.keyboard.press('Enter');
  await field.locator('.cm-searchMatch').first().waitFor();
  const frame = page.locator('[data-testid=json-frame]');
  expect(await frame.evaluate((element) => getComputedStyle(element).resize)).toBe('vertical');
  expect(faults).toEqual([]);
});

test('an unknown connection or integration is reported, and nothing else is shown in its place', async () => {
  const { page } = await loadedAccount();
  const url = new URL(page.url());
  url.searchParams.set('connection', 'con_unknown');
  await page.goto(url.href);
  await page.getByRole('alert').getByText('This connection does not exist').waitFor();
  expect(await gridOf(page).count()).toBe(0);
  await press(page, 'Show the connected accounts');
  await gridOf(page).getByRole('rowheader').first().waitFor();

  const { page: other } = await open(environment.context, addressOf(environment.service.url, newUserId(), 'nothing'));
  await other.getByRole('alert').getByText('There is no integration “nothing”').waitFor();
});

test('an unknown address has a page with a way back, and stays a problem for programs', async () => {
  const page = await environment.context.newPage();
  const response = await page.goto(`${environment.service.url}/no/such/page`);
  expect(response?.status()).toBe(404);
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await page.getByRole('link', { name: 'Go to Accounts' }).click();
  await page.getByRole('list', { name: 'Integrations' }).waitFor();
  // Another tab: the items of this one stay.
  expect(await page.getByRole('link', { name: 'API docs' }).getAttribute('target')).toBe('_blank');
  const forPrograms = await fetch(`${environment.service.url}/no/such/page`);
  expect([forPrograms.status, forPrograms.headers.get('content-type')]).toEqual([
    404,
    'application/problem+json; charset=utf-8',
  ]);
});
