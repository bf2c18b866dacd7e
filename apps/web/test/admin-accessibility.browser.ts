import { ADMIN_KEY } from '../../api/test/support/production.js';
import { adminEnvironment, organization, rows } from './admin-environment.js';
import { AXE_TIMEOUT_MS, expectAccessible, open, signIn } from './support.js';

const { connected, environment } = adminEnvironment();

test.each([
  ['light', 1500],
  ['dark', 1500],
  ['light', 390],
] as const)(
  'every screen is accessible in %s at %i pixels',
  async (colorScheme, width) => {
    const org = organization();
    const [one] = await connected(org, 'slack', 'hubspot');
    await environment.mockProviders.revoke({ provider: 'slack' });
    await environment.operator.POST('/connections/{id}/check', { params: { path: { id: one?.id ?? '' } } });
    const looking = await environment.browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const { page } = await open(looking, `${environment.service.url}/admin?find=${org}`);
    await signIn(page, ADMIN_KEY);
    await rows(page).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('checkbox').nth(1).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByRole('button', { name: 'Disconnect 1' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep them' }).click();
    await page
      .getByRole('button', { name: /^Details of/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?find=nobody-at-all`);
    await page.getByText('No connection matches.').waitFor();
    await expectAccessible(page);

    await page.goto(`${environment.service.url}/admin?tab=keys`);
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByLabel('Name').fill(`for ${org}`);
    await expectAccessible(page);
    await page.getByRole('checkbox', { name: /^items:read/ }).check();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('button', { name: 'Copy Key' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('table', { name: 'API keys' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=audit`);
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=health`);
    await page.getByText('since start').first().waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=setup`);
    await page.getByText('Configured', { exact: true }).first().waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=activity&orgId=${org}`);
    await page.getByRole('table', { name: 'Activity' }).waitFor();
    await expectAccessible(page);
    await page.goto(`${environment.service.url}/admin?tab=start`);
    await page.getByRole('region', { name: 'Code snippets' }).waitFor();
    await expectAccessible(page);
    await looking.close();
  },
  AXE_TIMEOUT_MS,
);
