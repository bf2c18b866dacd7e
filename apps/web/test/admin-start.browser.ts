import { startSandboxMode } from '../../api/test/support/sandbox-mode.js';
import { adminEnvironment, organization } from './admin-environment.js';
import { newUserId, open } from './support.js';

const { administer, environment } = adminEnvironment();

test('the Get started tab ticks what was done, and makes a link by which a user connects', async () => {
  const { page, faults } = await administer('?tab=start');
  const step = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) });
  await step('Configure an integration').getByRole('img', { name: 'Done' }).waitFor();
  const org = organization();
  const user = { orgId: org, userId: newUserId() };
  const form = page.getByRole('region', { name: 'Connect link' });
  await form.getByLabel('Organization').fill(user.orgId);
  await form.getByLabel('User').fill(user.userId);
  await form.getByRole('combobox', { name: 'Integration' }).click();
  await page.getByRole('option', { name: 'Slack' }).click();
  await form.getByRole('button', { name: 'Create link' }).click();
  const link = (await form.getByRole('textbox', { name: 'connect link' }).textContent()) ?? '';
  const { page: theirs } = await open(await environment.browser.newContext(), link);
  await theirs.getByText(user.userId).first().waitFor();
  await theirs.getByRole('button', { name: 'Continue' }).click();
  await theirs.getByRole('button', { name: 'Allow' }).click();
  await theirs
    .getByText(/connected/i)
    .first()
    .waitFor();
  await theirs.context().close();
  await environment.operator.POST('/sessions', { body: user });
  await environment.operator.POST('/integrations/{integration}/load', {
    params: { path: { integration: 'slack' } },
    body: user,
  });
  const eventuallyDone = async () => {
    await page.reload();
    await step('Load items').getByRole('img', { name: 'Done' }).waitFor({ timeout: 3_000 });
  };
  await eventuallyDone().catch(eventuallyDone);
  await step('Connect an account').getByRole('img', { name: 'Done' }).waitFor();
  await step('Embed it in your product').getByRole('img', { name: 'Done' }).waitFor();

  // With the ids of the account that was connected last.
  const snippet = page.getByRole('region', { name: 'Code snippets' });
  await snippet.getByText(`"userId":"${user.userId}"`).first().waitFor();
  await snippet.getByText('/integrations/slack/load').first().waitFor();
  await snippet.getByRole('button', { name: 'TypeScript' }).click();
  await snippet.getByText("import { createCauseway, unwrap } from '@causeway/client'").waitFor();
  expect(faults).toEqual([]);
});

test('in sandbox mode everybody is an administrator, and there is no Sign out', async () => {
  const { service: sandbox } = await startSandboxMode();
  const { page } = await open(environment.context, sandbox.url);
  await page.getByRole('link', { name: 'Admin' }).click();
  await page.getByText('Nobody has connected an account yet.').waitFor();
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  // Nothing was configured, and nothing has to be.
  await page.getByRole('tab', { name: 'Get started' }).click();
  await page.getByText('0 of 4 done').waitFor();
  const configure = page.getByRole('listitem').filter({ hasText: 'Configure an integration' });
  await configure.getByRole('img', { name: 'Not needed' }).waitFor();
  await page.getByRole('tab', { name: 'Integrations' }).click();
  await page.getByText('From the mock provider').first().waitFor();
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('note').waitFor();
  await page.goBack();
  await page.getByRole('tab', { name: 'Integrations', selected: true }).waitFor();
  await sandbox.stop();
});
