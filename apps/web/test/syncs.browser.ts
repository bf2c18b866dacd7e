import type { Locator, Page } from 'playwright-core';
import { connected, expectAccessible, HUBSPOT, newUserId, open, press } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment({ HUBSPOT_RATE_LIMIT: 'off' }, { viewport: { width: 1280, height: 900 } });

const action = (dialog: Locator, name: string) => dialog.getByRole('button', { name: `${name}: Contacts` });

async function syncsOf(page: Page): Promise<Locator> {
  await press(page, 'Syncs');
  const dialog = page.getByRole('dialog', { name: 'Syncs' });
  await dialog.getByRole('group', { name: 'Items to keep in step' }).waitFor();
  return dialog;
}

async function createForContacts(page: Page): Promise<Locator> {
  const dialog = await syncsOf(page);
  for (const box of await dialog.getByRole('checkbox').all()) await box.uncheck();
  await dialog.getByRole('checkbox', { name: 'Contacts' }).check();
  await dialog.getByRole('button', { name: 'Keep in step' }).click();
  await dialog.getByText('Full pass: complete').waitFor();
  return dialog;
}

test('a sync of contacts is created, runs, makes a full pass, is paused and deleted', async () => {
  const { page, faults } = await connected(environment, HUBSPOT);
  const dialog = await createForContacts(page);
  // Five of them are archived.
  await dialog.getByText('255 items', { exact: true }).waitFor();
  await dialog.getByText('255 added, 0 updated, 0 deleted').waitFor();

  await action(dialog, 'Full pass').click();
  await dialog.getByText('0 added, 0 updated, 0 deleted', { exact: true }).waitFor();
  await dialog.getByText('Full pass: complete').waitFor();
  await action(dialog, 'Recent runs').click();
  const runs = dialog.getByRole('list', { name: 'Recent runs' }).getByRole('listitem');
  await runs.nth(1).getByText('255 added').waitFor();
  expect(await runs.count()).toBe(2);
  await expectAccessible(page, ['region']);

  await action(dialog, 'Pause').click();
  await dialog.getByText('Paused', { exact: true }).waitFor();
  await dialog.getByText('Not scheduled').waitFor();
  await action(dialog, 'Resume').click();
  await dialog.getByText('Active', { exact: true }).waitFor();

  await action(dialog, 'Delete').click();
  const confirmation = page.getByRole('dialog', { name: 'Delete the sync of Contacts?' });
  await confirmation.getByRole('button', { name: 'Delete', exact: true }).click();
  await dialog.getByRole('group', { name: 'Contacts', exact: true }).waitFor({ state: 'hidden' });
  await expectAccessible(page, ['region']);
  expect(faults).toEqual([]);
});

test('the Syncs tab of Admin filters the syncs and pauses and deletes one', async () => {
  const user = newUserId();
  const { page } = await connected(environment, HUBSPOT, user);
  await createForContacts(page);

  const { page: admin } = await open(environment.context, `${environment.service.url}/admin?tab=syncs`);
  await admin.getByLabel('User', { exact: true }).fill(user);
  await admin.waitForURL(/userId=/);
  const rows = admin.getByRole('table', { name: 'Syncs' }).locator('tbody tr');
  await rows.getByText(`acme · ${user}`).waitFor();
  expect(await rows.count()).toBe(1);
  await rows.getByText('255', { exact: true }).waitFor();
  await expectAccessible(admin);

  await rows.getByRole('button', { name: 'Contacts' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Contacts' });
  await action(dialog, 'Pause').click();
  await dialog.getByText('Paused', { exact: true }).waitFor();
  await expectAccessible(admin, ['region']);
  await admin.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await admin.getByRole('combobox', { name: 'Status' }).click();
  await admin.getByRole('option', { name: 'Active' }).click();
  await admin.getByText('Nothing matches these filters.').waitFor();
  await admin.goBack();

  await rows.getByRole('button', { name: 'Contacts' }).click();
  await action(dialog, 'Delete').click();
  const confirmation = admin.getByRole('dialog', { name: 'Delete the sync of Contacts?' });
  await confirmation.getByRole('button', { name: 'Delete', exact: true }).click();
  await admin.getByText('Nothing matches these filters.').waitFor();
});
