import axe from 'axe-core';
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { MockProviders, type Service } from '@causeway/testing';

let visitors = 0;

/** Nobody has connected anything for this user yet. */
export const newUserId = (): string => `user-${process.pid}-${(visitors += 1)}`;

/** Long, because both cores may be busy; nothing waits longer than it has to. */
export const TIMEOUT = { timeout: 30_000 };

export const addressOf = (url: string, user: string, integration = ''): string =>
  `${url}/?${new URLSearchParams({ org: 'acme', user, ...(integration && { integration }) })}`;

/** A tab whose scripts must not fail, nor do what their policy forbids: either ends up in `faults`. */
export async function open(context: BrowserContext, address: string): Promise<{ page: Page; faults: string[] }> {
  context.setDefaultTimeout(TIMEOUT.timeout);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content.security.policy/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(address);
  return { page, faults };
}

/** Presses the button and gives the window that opens, on the consent page of the stand-in. */
export async function consentAfter(page: Page, button: string): Promise<Page> {
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  await popup.getByRole('button', { name: 'Allow' }).waitFor();
  return popup;
}

export const cardOf = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Integrations' }).getByRole('button', { name: new RegExp(`^${name}`) });

/** On the page that asks who is there. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'hidden' });
}

/** Nothing that keeps people out (WCAG 2.2 AA, as far as a program can tell), `but` for rules that do not fit. */
export async function expectAccessible(page: Page, but: readonly string[] = []): Promise<void> {
  // Half-way through a transition, colours are not those that people see.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });
  // Evaluated from outside, where the page's policy allows it no script.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  const found = violations.filter(({ id }) => !but.includes(id));
  expect(found.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html) }))).toEqual([]);
}

export interface Connected {
  page: Page;
  mockProviders: MockProviders;
  /** What scripts of the page threw. */
  faults: string[];
}

/** A tab whose user has just connected the integration. */
export async function connected(
  { context, service }: { context: BrowserContext; service: Service },
  { id, name }: { id: string; name: string },
  user = newUserId(),
): Promise<Connected> {
  const { page, faults } = await open(context, addressOf(service.url, user, id));
  const popup = await consentAfter(page, `Connect ${name}`);
  const mockProviders = new MockProviders(new URL(popup.url()).origin);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('status').getByText(`${name} is connected`).waitFor();
  return { page, mockProviders, faults };
}

export const HUBSPOT = { id: 'hubspot', name: 'HubSpot' };

export const says = (page: Page, sentence: string | RegExp) => page.getByRole('status').getByText(sentence).waitFor();

export const gridOf = (page: Page) => page.getByRole('grid', { name: 'Items' });

export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

/** What a download holds. */
export async function exported(page: Page, format: 'CSV' | 'JSON'): Promise<string> {
  await press(page, 'Export');
  const item = page.getByRole('menuitem', { name: new RegExp(`^${format}`) });
  const [download] = await Promise.all([page.waitForEvent('download'), item.click()]);
  return readFile(await download.path(), 'utf8');
}
