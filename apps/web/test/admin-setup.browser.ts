import { Apps } from '../../api/test/support/apps.js';
import { ADMIN_KEY, startProduction } from '../../api/test/support/production.js';
import { adminEnvironment } from './admin-environment.js';
import { open, signIn } from './support.js';

const { administer, environment } = adminEnvironment();

test('the Integrations tab shows what is configured, what is missing, and a client that the provider rejects', async () => {
  const apps = new Apps(environment.mockProviders);
  await apps.become('hubspot');
  const partly = await startProduction(environment.mockProviders, {
    ...apps.environment(),
    NOTION_CLIENT_ID: '',
    NOTION_CLIENT_SECRET: '',
    HUBSPOT_SCOPES: 'oauth crm.objects.contacts.read',
  });
  const { page } = await open(environment.context, `${partly.url}/admin?tab=setup`);
  await signIn(page, ADMIN_KEY);
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  await card('HubSpot').getByText('Configured', { exact: true }).waitFor();
  await card('HubSpot').getByText(`${partly.url}/integrations/hubspot/oauth2callback`, { exact: true }).waitFor();
  const scopes = card('HubSpot').getByRole('textbox', { name: 'scopes of HubSpot' });
  expect(await scopes.textContent()).toBe('oauth crm.objects.contacts.read');
  // Where something is missing, the steps are open.
  await card('Notion').getByText('Set NOTION_CLIENT_ID and NOTION_CLIENT_SECRET, then restart the service.').waitFor();
  expect(await card('HubSpot').getByText('Set HUBSPOT_CLIENT_ID').isVisible()).toBe(false);
  expect(await card('Notion').getByRole('button', { name: /^Test/ }).isEnabled()).toBe(false);
  await card('HubSpot').getByRole('button', { name: /^Test/ }).click();
  await card('HubSpot').getByRole('status').getByText('accepts the client id and the secret').waitFor();
  expect(await page.content()).not.toContain(apps.clientOf('hubspot').clientSecret);

  await apps.changeSecret('hubspot');
  await card('HubSpot').getByRole('button', { name: /^Test/ }).click();
  await card('HubSpot').getByRole('status').getByText('refuses the client id or the secret').waitFor();
  await card('HubSpot').getByText('Client rejected').waitFor();
  await card('HubSpot')
    .getByText(/refuses the client id or secret/)
    .first()
    .waitFor();
  await partly.stop();
});

test('the redirect URI is copied to the clipboard', async () => {
  await environment.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page } = await administer('?tab=setup');
  await page.getByRole('button', { name: 'Copy redirect URI of Slack' }).click();
  await page.getByRole('region', { name: 'Slack', exact: true }).getByText('Copied').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${environment.service.url}/integrations/slack/oauth2callback`);
});
