import axe from 'axe-core';
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { MockProviders, type Service } from '@causeway/testing';

let users = 0;

/** A user without connections. */
export const newUserId = (): string => `user-${process.pid}-${(users += 1)}`;

/** Long, because the machine may be busy. */
export const TIMEOUT = { timeout: 30_000 };

export const addressOf = (url: string, user: string, integration = ''): string =>
  `${url}/?${new URLSearchParams({ org: 'acme', user, ...(integration && { integration }) })}`;

/** Opens a tab. `faults` are the exceptions of its scripts, and what it is told of its content security policy and of messages. */
export async function open(context: BrowserContext, address: string): Promise<{ page: Page; faults: string[] }> {
  context.setDefaultTimeout(TIMEOUT.timeout);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/content.security.policy|postMessage/i.test(message.text())) faults.push(message.text());
  });
  await page.goto(address);
  return { page, faults };
}

/** Presses the button and returns the popup, with the consent page of the mock provider. */
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

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'hidden' });
}

/** For tests that check many screens: each takes seconds when the machine is busy. */
export const AXE_TIMEOUT_MS = 300_000;

/** Checks WCAG 2.2 AA, as far as a program can, except for the rules in `but`. */
export async function expectAccessible(page: Page, but: readonly string[] = []): Promise<void> {
  // During a transition, colors are not the final ones.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });
  // Evaluated through the debugger, because the page's policy blocks injected scripts.
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

/** The content of the downloaded file. */
export async function exported(page: Page, format: 'CSV' | 'JSON'): Promise<string> {
  await press(page, 'Export');
  const item = page.getByRole('menuitem', { name: new RegExp(`^${format}`) });
  const [download] = await Promise.all([page.waitForEvent('download'), item.click()]);
  return readFile(await download.path(), 'utf8');
}
