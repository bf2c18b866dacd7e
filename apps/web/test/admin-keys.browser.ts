import { createCauseway } from '@causeway/client';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { adminEnvironment } from './admin-environment.js';
import { newUserId, says } from './support.js';

const { administer, environment } = adminEnvironment();

test('a key is created, shown once, works, and is rejected after it was revoked', async () => {
  await environment.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page, faults } = await administer('?tab=keys');
  const name = `key of ${newUserId()}`;
  const make = page.getByRole('button', { name: 'Create API key' });
  await make.click();
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByText('Enter a name.').waitFor();
  await page.getByText('Select at least one.').waitFor();
  await page.getByLabel('Name').fill(name);
  // Only the corrected field loses its error.
  await page.getByText('Enter a name.').waitFor({ state: 'hidden' });
  expect(await page.getByText('Select at least one.').count()).toBe(1);
  await page.getByRole('checkbox', { name: /^connections:read/ }).check();
  await page.getByLabel('Organizations').fill('acme, no<angle');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByText('Each is 1 to 255 ASCII characters').waitFor();
  await page.getByLabel('Organizations').fill('acme, globex');
  await page.keyboard.press('Enter');

  const made = page.getByRole('dialog', { name: `The key “${name}” was created` });
  const key = (await made.getByRole('textbox', { name: 'Key' }).textContent()) ?? '';
  expect(key).toMatch(/^cwk_[0-9a-f]{16}_[\w-]{43}$/);
  await made.getByRole('button', { name: 'Copy Key' }).click();
  await made.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  const causeway = createCauseway({ baseUrl: environment.service.url, apiKey: key });
  expect((await causeway.GET('/connections')).response.status).toBe(200);
  // Escape must not close it.
  await page.keyboard.press('Escape');
  await made.getByRole('button', { name: 'Done' }).click();
  await made.waitFor({ state: 'hidden' });
  expect(await page.content()).not.toContain(key);
  expect(await make.evaluate((button) => button === document.activeElement)).toBe(true);

  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });
  await row.getByText('acme, globex').waitFor();
  await row.getByText('in 90 days').waitFor();
  await row.getByRole('button', { name: `Revoke ${name}` }).click();
  const question = page.getByRole('dialog', { name: `Revoke “${name}”?` });
  await question.getByRole('button', { name: 'Keep it' }).click();
  expect((await causeway.GET('/connections')).response.status).toBe(200);
  await row.getByRole('button', { name: `Revoke ${name}` }).click();
  await question.getByRole('button', { name: 'Revoke' }).click();
  await says(page, `“${name}” was revoked.`);
  await row.waitFor({ state: 'hidden' });
  expect((await causeway.GET('/connections')).response.status).toBe(401);
  expect(faults).toEqual([]);
});

test('a key that reads credentials is created after the own key was entered again', async () => {
  const { page } = await administer('?tab=keys');
  await page.getByRole('button', { name: 'Create API key' }).click();
  await page.getByLabel('Name').fill(`key of ${newUserId()}`);
  const ownKey = page.getByLabel('Confirm with your own key');
  expect(await ownKey.count()).toBe(0);
  await page.getByRole('checkbox', { name: /^credentials:read/ }).check();
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByText('Enter the key you signed in with.').waitFor();
  await ownKey.fill('a wrong key');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByText('This key was not accepted').waitFor();
  await ownKey.fill(ADMIN_KEY);
  await page.getByRole('button', { name: 'Create key' }).click();
  const made = page.getByRole('dialog', { name: /was created$/ });
  expect(await made.getByRole('textbox', { name: 'Key' }).textContent()).toMatch(/^cwk_/);
});

test('a preset of scopes fills in the check boxes, which can still be changed', async () => {
  const { page } = await administer('?tab=keys');
  await page.getByRole('button', { name: 'Create API key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create API key' });
  const scope = (name: string) => dialog.getByRole('checkbox', { name: new RegExp(`^${name}`) });
  const checked = () => dialog.getByRole('checkbox', { checked: true }).count();
  await dialog.getByRole('button', { name: 'Back end of your product' }).click();
  expect(await checked()).toBe(4);
  expect(await scope('sessions:write').isChecked()).toBe(true);
  expect(await scope('credentials:read').isChecked()).toBe(false);
  await dialog.getByRole('button', { name: 'Everything' }).click();
  expect(await checked()).toBe(11);
  await dialog.getByRole('button', { name: 'Read only' }).click();
  expect(await checked()).toBe(4);
  await scope('syncs:read').uncheck();
  await scope('sessions:write').check();

  const name = `key of ${newUserId()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('dialog', { name: `The key “${name}” was created` }).waitFor();
  const { data } = await environment.operator.GET('/keys');
  const scopes = ['connections:read', 'items:read', 'webhooks:read', 'sessions:write'];
  expect(data?.keys.find((key) => key.name === name)?.scopes).toEqual(scopes);
});
