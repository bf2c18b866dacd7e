import type { Page } from 'playwright-core';
import { MockProviders } from '@causeway/testing';
import { addressOf, cardOf, consentAfter, TIMEOUT, gridOf, open, press, says, newUserId } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

interface Offered {
  id: string;
  name: string;
}

const offered = async (): Promise<Offered[]> =>
  (await (await fetch(`${environment.service.url}/integrations`)).json()).integrations as Offered[];

const first = async (): Promise<Offered> => (await offered())[0] as Offered;

async function disconnect(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect / });
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await says(page, /is disconnected/);
  await page.getByRole('button', { name: `Connect ${name}` }).waitFor();
  await cardOf(page, name).getByText('Not connected').waitFor();
}

test('every integration can be selected, connected, loaded and disconnected', async () => {
  const integrations = await offered();
  expect(integrations.map(({ name }) => name).sort()).toEqual(['Airtable', 'HubSpot', 'Notion', 'Slack']);
  const { page, faults } = await open(environment.context, addressOf(environment.service.url, newUserId()));
  await page.getByRole('note').getByText('Sandbox mode.').waitFor();

  for (const { name } of integrations) {
    await cardOf(page, name).click();
    await cardOf(page, name).getByText('Not connected').waitFor();
    const popup = await consentAfter(page, `Connect ${name}`);
    await says(page, `Continue in the ${name} window that has opened.`);
    await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
    await says(page, new RegExp(`^${name} is connected: .+\\.$`));
    await cardOf(page, name).getByText('Connected', { exact: true }).waitFor();

    const grid = gridOf(page);
    await grid.getByRole('rowheader').nth(4).waitFor();
    await says(page, /^All [\d,]+ items loaded$/);
    await grid.focus();
    await page.keyboard.press('Space');
    const details = page.getByRole('dialog');
    await details.getByRole('definition').first().waitFor();
    await details.getByRole('button', { name: 'Close' }).click();
    await details.waitFor({ state: 'hidden' });

    await disconnect(page, name);
    expect(await grid.count()).toBe(0);
  }
  expect(faults).toEqual([]);
});

test('the popup opens in the click, before any request to the service', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  const opened = page.waitForEvent('popup');
  await page.route('**/authorize', async (route) => {
    await opened;
    await route.continue();
  });
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

test('Deny shows that access was not granted, and a next step', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, `Access to ${name} was not granted. Connect again if that was not intended.`);
  await cardOf(page, name).getByText('Not connected').waitFor();
  expect(await page.getByRole('button', { name: `Connect ${name}` }).isEnabled()).toBe(true);
});

test('closing the popup is reported and changes nothing', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.close();
  await says(page, 'The window was closed');
  await says(page, /nothing was changed\. Press the button again when you are ready\.$/);
  const again = await consentAfter(page, `Connect ${name}`);
  await again.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

test('an authorization that nobody finishes is reported when it expires', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  await page.clock.install();
  await consentAfter(page, `Connect ${name}`);
  await says(page, `Continue in the ${name} window that has opened.`);
  await page.clock.fastForward('10:01');
  await says(page, 'That took too long');
});

test('a popup without an opener reports through the BroadcastChannel of its origin', async () => {
  const { id, name } = await first();
  // The effect of a provider's Cross-Origin-Opener-Policy: there is no opener, and the popup looks closed.
  await environment.context.addInitScript(() => {
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
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  await says(page, 'The window was closed');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, new RegExp(`^${name} is connected`));
});

describe('when popups are blocked, the page itself goes to the provider', () => {
  const blocked = async (user: string, id: string) => {
    await environment.context.addInitScript(() => (window.open = () => null));
    return (await open(environment.context, addressOf(environment.service.url, user, id))).page;
  };

  test('and returns connected, with the original address', async () => {
    const { id, name } = await first();
    const user = newUserId();
    const page = await blocked(user, id);
    await page.getByRole('button', { name: `Connect ${name}` }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await says(page, new RegExp(`^${name} is connected`));
    expect(page.url()).toBe(addressOf(environment.service.url, user, id));
  });

  test('and returns with the reason after Deny', async () => {
    const { id, name } = await first();
    const user = newUserId();
    const page = await blocked(user, id);
    await page.getByRole('button', { name: `Connect ${name}` }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await says(page, 'Access was not granted');
    expect(page.url()).toBe(addressOf(environment.service.url, user, id));
  });
});

test('ignores a message from another origin', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  const popup = await consentAfter(page, `Connect ${name}`);
  // The consent page has another origin, and this page as its opener.
  expect(new URL(popup.url()).origin).not.toBe(environment.service.url);
  await popup.evaluate((integration) => {
    const message = { source: 'causeway', type: 'connected', integration, connectionId: 'con_forged' };
    (window.opener as Window).postMessage(message, '*');
  }, id);
  await popup.close();
  await says(page, 'The window was closed');
});

test('connects when the service is opened under another host name', async () => {
  const { id, name } = await first();
  const { page } = await open(
    environment.context,
    addressOf(`http://127.0.0.1:${environment.service.port}`, newUserId(), id),
  );
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Deny' }).click();
  await says(page, `Access to ${name} was not granted. Connect again if that was not intended.`);
});

test('the ids of the organization and the user are validated, and kept in the address', async () => {
  const { page } = await open(environment.context, environment.service.url);
  await page.getByLabel('Organization').fill('no spaces please');
  await page.getByText('1 to 255 ASCII characters').waitFor();
  await page.keyboard.press('Tab');
  expect(new URL(page.url()).searchParams.get('org')).toBeNull();
  const user = newUserId();
  await page.getByLabel('Organization').fill('globex');
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.waitForURL((url) => url.searchParams.get('org') === 'globex' && url.searchParams.get('user') === user);
  await page.reload();
  await page.getByText(`${user} has no connected`).waitFor();
  expect(await page.getByLabel('Organization').inputValue()).toBe('globex');
});

test('Check detects a revoked grant, and Reconnect repairs the connection', async () => {
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), 'hubspot'));
  const popup = await consentAfter(page, 'Connect HubSpot');
  const mockProviders = new MockProviders(new URL(popup.url()).origin);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('button', { name: 'Check' }).click();
  await says(page, 'Checked just now: it works.');

  await mockProviders.revoke({ provider: 'hubspot' });
  await page.getByRole('button', { name: 'Check' }).click();
  await cardOf(page, 'HubSpot').getByText('Needs reconnect').waitFor();
  await says(page, 'Reconnect required');
  expect(await page.getByRole('button', { name: 'Reload all' }).isDisabled()).toBe(true);

  const again = await consentAfter(page, 'Reconnect');
  await again.getByRole('button', { name: 'Allow' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
});

test('a load that fails shows the problem and can be continued', async () => {
  const { id, name } = await first();
  const { page } = await open(environment.context, addressOf(environment.service.url, newUserId(), id));
  await page.route(/\/items(\?|$)/, (route) => route.abort());
  const popup = await consentAfter(page, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The items could not be loaded' });
  await alert.waitFor();
  await page.unrouteAll();
  await press(page, 'Continue');
  await gridOf(page).getByRole('rowheader').first().waitFor();
  expect(await alert.count()).toBe(0);
});

test('an account that another tab connects appears', async () => {
  const { id, name } = await first();
  const address = addressOf(environment.service.url, newUserId(), id);
  const { page: here } = await open(environment.context, address);
  const { page: there } = await open(environment.context, address);
  await cardOf(here, name).getByText('Not connected').waitFor();
  const popup = await consentAfter(there, `Connect ${name}`);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await cardOf(here, name).getByText('Connected', { exact: true }).waitFor(TIMEOUT);
});
