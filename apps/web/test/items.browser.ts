import type { Page } from 'playwright-core';
import type { MockProviders } from '@causeway/testing';
import { eventually } from '../../api/test/support/eventually.js';
import { cardOf, connected, exported, gridOf, HUBSPOT, press, says } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment(
  { HUBSPOT_RATE_LIMIT: 'off', AIRTABLE_RATE_LIMIT: 'off' },
  { viewport: { width: 1280, height: 900 } },
);

const MANY = 100_000;
const LOAD_TIMEOUT = { timeout: 80_000 };

interface Known {
  id: string;
  type: string;
  name: string | null;
}

let providers: MockProviders | undefined;

// Sizes and faults are those of the provider, not of a test's account: a failed test must not fail the ones after it.
afterEach(async () => {
  await providers?.clearFaults();
  await providers?.resize({ provider: 'hubspot', sizes: { contacts: 250 } });
});

/** A connected HubSpot account that has that many contacts since its preview, and no rate limit; only contacts are selected. */
async function contacts(count: number): Promise<Awaited<ReturnType<typeof connected>>> {
  const all = await connected(environment, HUBSPOT);
  await says(all.page, /^(All|Preview: the first) [\d,]+ items/);
  providers = all.mockProviders;
  await all.mockProviders.limit({ provider: 'hubspot', limit: 'off' });
  await all.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: count } });
  await press(all.page, /^Contacts/);
  return all;
}

interface Blocked {
  /** In milliseconds; 0: none over 50. */
  longest: number;
  /** How much longer work of a few milliseconds took, at worst, than it does when nothing else uses the processor. */
  slowness: number;
}

/** Measures from now on, and from one call of the returned function to the next, how long tasks block the page. */
async function observeLongTasks(page: Page): Promise<() => Promise<Blocked>> {
  await page.evaluate(() => {
    const [tasks, samples]: [number[], number[]] = [[], []];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    setInterval(() => {
      const start = performance.now();
      for (let sum = 0, round = 0; round < 3_000_000; round += 1) sum += round;
      samples.push(performance.now() - start);
    }, 200);
    Object.assign(window, { blocked: { tasks, samples, observer } });
  });
  return () =>
    page.evaluate(() => {
      const { tasks, samples } = (window as unknown as { blocked: { tasks: number[]; samples: number[] } }).blocked;
      const sorted = [...samples].sort((one, other) => one - other);
      const slowness = (sorted.at(-1) ?? 1) / (sorted[0] ?? 1);
      return { longest: Math.max(0, ...tasks.splice(0)), slowness: Math.round(10 * slowness) / 10 };
    });
}

async function reload(page: Page, count: number): Promise<void> {
  await press(page, 'Reload all');
  await says(page, `All ${count} items loaded`);
}

const loaded = async (page: Page): Promise<Known[]> => JSON.parse(await exported(page, 'JSON')) as Known[];

const uniqueOf = (items: Known[]) => new Set(items.map(({ type, id }) => `${type} ${id}`)).size;

test('100,000 items are loaded with a stop in between, none lost and none twice, then searched and sorted', async () => {
  const { page, faults } = await contacts(MANY);
  await press(page, 'Reload all');
  await says(page, 'Preview: the first 1,000 items');
  const grid = gridOf(page);
  expect(await grid.getAttribute('aria-rowcount')).toBe('1001');
  await press(page, 'Load all');
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) > 5_000,
  );
  await press(page, 'Stop');
  await says(page, 'Stopped. Press Continue to load the rest.');
  const some = await loaded(page);
  expect(some.length).toBeGreaterThan(5_000);
  expect(some.length).toBeLessThan(MANY);

  await press(page, 'Continue');
  await page.getByRole('status').getByText('All 100,000 items loaded').waitFor(LOAD_TIMEOUT);
  expect(await grid.getAttribute('aria-rowcount')).toBe(String(MANY + 1));
  const all = await loaded(page);
  expect(all).toHaveLength(MANY);
  expect(uniqueOf(all)).toBe(MANY);
  // Rows that were loaded first keep their places.
  expect(all.slice(0, some.length).map(({ id }) => id)).toEqual(some.map(({ id }) => id));

  await page.getByRole('searchbox').fill('bergström');
  await page.getByText(/^[\d,]+ of 100,000 items$/).waitFor();
  expect(new URL(page.url()).searchParams.get('find')).toBe('bergström');
  const found = await loaded(page);
  expect(found.every((item) => JSON.stringify(item).toLowerCase().includes('bergström'))).toBe(true);
  expect(found.length).toBe(all.filter((item) => JSON.stringify(item).toLowerCase().includes('bergström')).length);

  await page.getByRole('columnheader', { name: 'Name', exact: true }).click();
  await page.waitForFunction(() => document.querySelector('[aria-sort="ascending"]') !== null);
  await page.locator('[role=grid][aria-busy=false]').waitFor();
  const { compare } = new Intl.Collator('en-US', { numeric: true });
  // The rows are sorted a moment after the heading changes.
  await eventually(async () => {
    const names = (await loaded(page)).map(({ name }) => name).filter((name) => name !== null && name !== '');
    expect(names).toEqual([...names].sort((one, other) => compare(one ?? '', other ?? '')));
  });
  expect(faults).toEqual([]);
});

test('100,000 rows arrive, are exported and are scrolled through without blocking the page', async () => {
  const { page } = await contacts(MANY);
  const longTasks = await observeLongTasks(page);
  await press(page, 'Reload all');
  await press(page, 'Load all');
  await page.getByRole('status').getByText('All 100,000 items loaded').waitFor(LOAD_TIMEOUT);
  const loading = await longTasks();
  await exported(page, 'JSON');
  const json = await longTasks();
  await exported(page, 'CSV');
  const blocked = { loading, json, csv: await longTasks() };
  process.stdout.write(`longest tasks with 100,000 rows, in ms: ${JSON.stringify(blocked)}\n`);
  for (const { longest, slowness } of Object.values(blocked)) expect(longest).toBeLessThan(200 * Math.min(5, slowness));

  const measure = (step: number) =>
    gridOf(page).evaluate(async (grid, pixels) => {
      const frames: number[] = [];
      for (let last = performance.now(), frame = 0; frame < 150; frame += 1) {
        grid.scrollTop += pixels;
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
      }
      frames.sort((one, other) => one - other);
      const at = (part: number) => Math.round((frames[Math.floor(frames.length * part)] ?? 0) * 10) / 10;
      const mean = frames.reduce((sum, frame) => sum + frame, 0) / frames.length;
      return { median: at(0.5), p95: at(0.95), framesPerSecond: Math.round(1000 / mean) };
    }, step);
  const [reading, flying, jumping] = [await measure(37), await measure(900), await measure(18_000)];
  process.stdout.write(`frames while scrolling 100,000 rows: ${JSON.stringify({ reading, flying, jumping })}\n`);
  // A loose bound, because other work may share the machine; without virtualization, a frame takes seconds.
  for (const { median } of [reading, flying, jumping]) expect(median).toBeLessThan(100);
  expect(await gridOf(page).getByRole('row').count()).toBeLessThan(60);
});

test('a rate limit during a load shows how long it takes', async () => {
  const { page, mockProviders } = await contacts(900);
  await mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'rate-limit', retryAfter: 4, times: 1, skip: 3 });
  await press(page, 'Reload all');
  await says(page, /^HubSpot rate limit: continuing in [1-4] s$/);
  await says(page, 'All 900 items loaded');
});

test('when the provider fails during a load, the problem is shown and Continue loads the rest', async () => {
  const { page, mockProviders } = await contacts(900);
  const on = '/crm/objects/2026-09/contacts';
  await mockProviders.fault({ provider: 'hubspot', on, kind: 'server-error', status: 500, skip: 3 });
  await press(page, 'Reload all');
  const alert = page.getByRole('alert').filter({ hasText: 'Incomplete: 300 items so far' });
  await alert.waitFor();
  expect(await alert.textContent()).toContain('The provider is not responding as it should.');
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe('301');
  await mockProviders.clearFaults();
  await press(page, 'Continue');
  await says(page, 'All 900 items loaded');
  expect(uniqueOf(await loaded(page))).toBe(900);
  expect(await alert.count()).toBe(0);
});

test('a refresh without changes says so and keeps the items', async () => {
  const { page } = await contacts(500);
  await reload(page, 500);
  await press(page, 'Get changes');
  await says(page, 'No changes');
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe('501');
});

test('a refresh requests what has changed since the last load, and adds new items', async () => {
  const { page, mockProviders } = await contacts(300);
  await reload(page, 300);
  const before = await loaded(page);
  await mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 340 } });
  // The mock provider's items were modified in the past, so the request gets an earlier `updatedSince`.
  const asked: string[] = [];
  await page.route(/[?&]updatedSince=/, async (route) => {
    const url = new URL(route.request().url());
    asked.push(url.searchParams.get('updatedSince') ?? '');
    url.searchParams.set('updatedSince', '2000-01-01T00:00:00.000Z');
    await route.continue({ url: url.href });
  });
  await press(page, 'Get changes');
  await says(page, '0 changed, 40 new');
  const after = await loaded(page);
  expect(after).toHaveLength(340);
  expect(uniqueOf(after)).toBe(340);
  expect(after.slice(0, 300).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(asked).toHaveLength(1);
  expect(Date.now() - Date.parse(asked[0] ?? '')).toBeLessThan(10 * 60_000);
});

test('a load that fails before the first item is not called incomplete, and can be continued', async () => {
  const { page, mockProviders } = await contacts(40);
  await press(page, 'Clear');
  await mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'server-error', status: 500 });
  await press(page, 'Load items');
  const alert = page.getByRole('alert').filter({ hasText: 'The items could not be loaded' });
  await alert.getByText('The provider is not responding as it should.').waitFor();
  expect(await page.getByText(/Incomplete/).count()).toBe(0);
  await mockProviders.clearFaults();
  await press(page, 'Continue');
  await says(page, 'All 40 items loaded');
});

test('offline is shown, loaded items stay, and loading continues when online again', async () => {
  const { page } = await contacts(400);
  await press(page, 'Clear');
  await environment.context.setOffline(true);
  await says(page, /^You are offline\./);
  await press(page, 'Load items');
  await page.getByRole('alert').filter({ hasText: 'You are offline' }).waitFor();
  await environment.context.setOffline(false);
  await press(page, 'Continue');
  await says(page, 'All 400 items loaded');
  await environment.context.setOffline(true);
  await press(page, 'Get changes');
  await page.getByRole('alert').filter({ hasText: 'You are offline' }).waitFor();
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe('401');
  // Loading all of them again takes none away either.
  await press(page, 'Reload all');
  const notReplaced = page.getByRole('alert').filter({ hasText: 'The items could not be loaded again' });
  await notReplaced.getByText('You still see the items of the load before.').waitFor();
  expect(await gridOf(page).getAttribute('aria-rowcount')).toBe('401');
  // The accounts stay on the screen too.
  await press(page, 'Check');
  await says(page, 'The service does not respond');
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  await environment.context.setOffline(false);
  await notReplaced.getByRole('button', { name: 'Try again' }).click();
  await says(page, 'All 400 items loaded');
  expect(await notReplaced.count()).toBe(0);
  await press(page, 'Check');
  await says(page, 'Checked just now: it works.');
});

test('the export has the rows that are shown, and no formulas', async () => {
  const { page } = await contacts(300);
  await press(page, /^Companies/);
  await press(page, 'Reload all');
  await says(page, /^All 3[\d]+ items loaded$/);
  await press(page, /^Companies/);
  await page.getByText(/^300 of [\d,]+ items$/).waitFor();
  const csv = await exported(page, 'CSV');
  const [header = '', ...lines] = csv.split('\r\n');
  expect(header.startsWith('\uFEFFtype,id,name,')).toBe(true);
  const shown = Number(await gridOf(page).getAttribute('aria-rowcount')) - 1;
  expect(lines.filter((line) => line !== '')).toHaveLength(shown);
  expect(lines.every((line) => line === '' || line.startsWith('contact,'))).toBe(true);
  expect(csv).not.toMatch(/(^|,)[=+@]\D/m);
  expect(await loaded(page)).toHaveLength(shown);
});

test('the grid, the details and sorting work by keyboard, and Back closes the details', async () => {
  const { page } = await contacts(300);
  await reload(page, 300);
  const grid = gridOf(page);
  await grid.focus();
  const active = async () => {
    const id = await grid.getAttribute('aria-activedescendant');
    return page.locator(`[id="${id}"]`);
  };
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+End');
  await page.locator('[role=row][aria-rowindex="301"]').waitFor();
  await page.waitForFunction(() =>
    document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant')?.includes('-299-'),
  );
  await page.keyboard.press('Home');
  const name = await (await active()).textContent();
  await page.keyboard.press('Space');
  const details = page.getByRole('dialog', { name: name ?? '' });
  await details.waitFor();
  await details.getByRole('textbox', { name: 'JSON' }).waitFor();
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'hidden' });
  expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.goForward();
  await details.waitFor();
  await page.goBack();
  await details.waitFor({ state: 'hidden' });

  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('[role=columnheader][aria-sort="ascending"]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[role=columnheader][aria-sort="descending"]').waitFor();
});
