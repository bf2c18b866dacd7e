import type { Browser, BrowserContext, Page } from 'playwright-core';
import { MockProviders, startBrowser, startService, type Service } from '@causeway/testing';
import { addressOf, cardOf, consentAfter, DEADLINE, gridOf, open, press, says, someone } from './support.js';

let service: Service;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService({ env: { CAUSEWAY_MODE: 'sandbox' } }), startBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
});

interface Offered {
  id: string;
  name: string;
}

const offered = async (): Promise<Offered[]> =>
  (await (await fetch(`${service.url}/integrations`)).json()).integrations as Offered[];

const first = async (): Promise<Offered> => (await offered())[0] as Offered;

async function disconnect(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect / });
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await says(page, /is disconnected/);
  await page.getByRole('button', { name: `Connect ${name}` }).waitFor();
  await cardOf(page, name).getByText('Not connected').waitFor();
}

test('every integration of the service: choose, connect, look at items, disconnect', async () => {
  const integrations = await offered();
  expect(integrations.map(({ name }) => name).sort()).toEqual(['Airtable', 'HubSpot', 'Notion', 'Slack']);
  const { page, faults } = await open(context, addressOf(service.url, someone()));
  await page.getByRole('note').getByText('Sandbox mode.').waitFor();

  for (const { name } of integrations) {
    await cardOf(page, name).click();
    await cardOf(page, name).getByText('Not connected').waitFor();
    const popup = await consentAfter(page, `Connect ${name}`);
    await says(page, `Continue in the ${name} window that has opened.`);
    await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
    await says(page, new RegExp(`^${name} is connected: .+\\.$`));
    await cardOf(page, name).getByText('Connected', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Load items' }).click();
    const grid = gridOf(page);
    await grid.getByRole('rowheader').nth(4).waitFor();
    await says(page, /^[\d,]+ items: that is all\.$/);
    // At its words: what holds other items has a button beside them.
    await grid
      .getByRole('rowheader')
      .first()
      .click({ position: { x: 20, y: 15 } });
    const details = page.getByRole('dialog');
    await details.getByRole('definition').first().waitFor();
    await details.getByRole('button', { name: 'Close' }).click();
    await details.waitFor({ state: 'hidden' });

    await disconnect(page, name);
    expect(await grid.count()).toBe(0);
  }
  expect(faults).toEqual([]);
});

test('a type that lives in another item asks for that item', async () => {
  const { page } = await open(context, addressOf(service.url, someone(), 'slack'));
  const popup = await consentAfter(page, 'Connect Slack');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('button', { name: 'message', exact: true }).click();
  await page.getByRole('button', { name: 'Load items' }).click();
  const parent = page.getByLabel('Parent');
  await page.getByText(/^Parent has to be the id of a channel/).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');

  await page.getByRole('button', { name: 'message', exact: true }).click();
  await page.getByRole('button', { name: 'channel', exact: true }).click();
  await press(page, 'Load again');
  await gridOf(page).getByRole('rowheader', { name: 'general' }).first().click();
  await press(page, 'Use as parent');
  expect(await parent.inputValue()).toMatch(/^C\w+$/);
  await press(page, 'channel');
  await press(page, 'message');
  await press(page, 'Load again');
  await says(page, /that is all/);
  await page.getByText(/^[\d,]+ items$/).waitFor();
});

test('the popup opens in the click, before anything is asked of the service', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const opened = page.waitForEvent('popup');
  await page.route('**/authorize', async (route) => {
    await opened;
    await route.continue();
  });
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

test('Deny is told in a sentence with a next step', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, `Access to ${name} was not granted. Connect again if that was not intended.`);
  await cardOf(page, name).getByText('Not connected').waitFor();
  expect(await page.getByRole('button', { name: `Connect ${name}` }).isEnabled()).toBe(true);
});

test('a popup that the person closes is told, and changes nothing', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.close();
  await says(page, 'The window was closed');
  await says(page, /nothing was changed\. Press the button again when you are ready\.$/);
  const again = await consentAfter(page, `Connect ${name}`);
  await again.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

test('an attempt that nobody finishes is told when its time is over', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  await page.clock.install();
  await consentAfter(page, `Connect ${name}`);
  await says(page, `Continue in the ${name} window that has opened.`);
  await page.clock.fastForward('10:01');
  await says(page, 'That took too long');
});

test('a popup that was cut off from this page reports by the channel of its origin', async () => {
  const { id, name } = await first();
  // As a provider's Cross-Origin-Opener-Policy does: no opener, and the popup looks closed from here.
  await context.addInitScript(() => {
    Object.defineProperty(window, 'opener', { value: null });
    const open = window.open.bind(window);
    window.open = (...how) => {
      const popup = open(...how);
      return popup && new Proxy(popup, { get: (target, key) => seen(target, key) });
    };
    let asked = 0;
    const seen = (target: Window, key: string | symbol): unknown => {
      if (key === 'closed') return (asked += 1) > 1;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    };
  });
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await says(page, 'The window was closed');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

describe('a browser that blocks popups goes to the provider in the same window', () => {
  const blocked = async (user: string, id: string) => {
    await context.addInitScript(() => (window.open = () => null));
    return (await open(context, addressOf(service.url, user, id))).page;
  };

  test('and comes back connected, with a clean address', async () => {
    const { id, name } = await first();
    const user = someone();
    const page = await blocked(user, id);
    await page.getByRole('button', { name: `Connect ${name}` }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await says(page, new RegExp(`^${name} is connected`));
    expect(page.url()).toBe(addressOf(service.url, user, id));
  });

  test('and comes back with the reason when it was denied', async () => {
    const { id, name } = await first();
    const user = someone();
    const page = await blocked(user, id);
    await page.getByRole('button', { name: `Connect ${name}` }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await says(page, 'Access was not granted');
    expect(page.url()).toBe(addressOf(service.url, user, id));
  });
});

test('the message of another origin is not believed', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  // The consent page is the provider's: another origin, with this page as its opener.
  expect(new URL(popup.url()).origin).not.toBe(service.url);
  await popup.evaluate((integration) => {
    const message = { source: 'causeway', type: 'connected', integration, connectionId: 'con_forged' };
    (window.opener as Window).postMessage(message, '*');
  }, id);
  await popup.close();
  await says(page, 'The window was closed');
});

test('the service under another name of the same machine', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(`http://127.0.0.1:${service.port}`, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, `Access to ${name} was not granted. Connect again if that was not intended.`);
});

test('organisation and user are checked, and kept in the address', async () => {
  const { page } = await open(context, service.url);
  await page.getByLabel('Organisation').fill('no spaces please');
  await page.getByText('1 to 128 letters, digits or _ . @ : -').waitFor();
  await page.keyboard.press('Tab');
  expect(new URL(page.url()).searchParams.get('org')).toBeNull();
  const user = someone();
  await page.getByLabel('Organisation').fill('globex');
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.waitForURL((url) => url.searchParams.get('org') === 'globex' && url.searchParams.get('user') === user);
  await page.reload();
  await page.getByText(`${user} has not connected`).waitFor();
  expect(await page.getByLabel('Organisation').inputValue()).toBe('globex');
});

test('a grant that was taken back at the provider is found out, and connected again', async () => {
  const { page } = await open(context, addressOf(service.url, someone(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  const standIns = new MockProviders(new URL(popup.url()).origin);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('button', { name: 'Check' }).click();
  await says(page, 'Checked just now: it works.');

  await standIns.revoke({ provider: 'hubspot' });
  await page.getByRole('button', { name: 'Check' }).click();
  await cardOf(page, 'HubSpot').getByText('Needs reconnect').waitFor();
  await says(page, 'The connection has to be authorized again');
  expect(await page.getByRole('button', { name: 'Load items' }).isDisabled()).toBe(true);

  const again = await consentAfter(page, 'Reconnect');
  await again.getByRole('button', { name: 'Allow' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
});

test('a load that fails says so, and can be tried again', async () => {
  const { id, name } = await first();
  const { page } = await open(context, addressOf(service.url, someone(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.route('**/items?*', (route) => route.abort());
  await page.route('**/items', (route) => route.abort());
  await page.getByRole('button', { name: 'Load items' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The connection to the service ended' });
  await alert.waitFor();
  await page.unrouteAll();
  await press(page, 'Continue');
  await gridOf(page).getByRole('rowheader').first().waitFor();
  expect(await alert.count()).toBe(0);
});

test('what another tab connects shows here too', async () => {
  const { id, name } = await first();
  const address = addressOf(service.url, someone(), id);
  const { page: here } = await open(context, address);
  const { page: there } = await open(context, address);
  await cardOf(here, name).getByText('Not connected').waitFor();
  const popup = await consentAfter(there, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await cardOf(here, name).getByText('Connected', { exact: true }).waitFor(DEADLINE);
});
