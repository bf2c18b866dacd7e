import { readFile } from 'node:fs/promises';
import { createCauseway } from '@causeway/client';
import { adminEnvironment, organization } from './admin-environment.js';

const { administer, connected, environment } = adminEnvironment();

test('the Audit log tab lists what was done, filters it, loads more and exports it', async () => {
  const org = organization();
  // Of more that one key does within a minute, the log has the number.
  for (let i = 0; i < 3; i += 1) {
    const body = { name: `maker ${i}`, scopes: ['sessions:write' as const], orgIds: [org] };
    const { data: maker } = await environment.operator.POST('/keys', { body });
    const causeway = createCauseway({ baseUrl: environment.service.url, apiKey: maker?.key ?? '' });
    for (let j = 0; j < 20; j += 1)
      await causeway.POST('/sessions', { body: { orgId: org, userId: `user-${i}-${j}` } });
  }
  await environment.operator.POST('/keys', {
    body: { name: 'audited', scopes: ['items:read'], orgIds: [org] },
  });
  const { page, faults } = await administer('?tab=audit');
  const entries = page.getByRole('table', { name: 'Audit log' }).locator('tbody tr');
  await entries.first().waitFor();
  await page.getByLabel('Organization').fill(org);
  await page.waitForURL(new RegExp(org));
  await page.getByText('audited: items:read', { exact: true }).waitFor();
  await entries.first().getByText('Operator').waitFor();
  // A key is called by its name.
  await entries.nth(1).getByText('maker 2', { exact: true }).waitFor();
  expect(await entries.count()).toBe(50);
  await page.getByRole('button', { name: 'Show older entries' }).click();
  await page.getByRole('button', { name: 'Show older entries' }).waitFor({ state: 'hidden' });
  await entries.nth(63).waitFor();
  expect(await entries.count()).toBe(64);

  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'Key created' }).click();
  await page.waitForURL(/type=key-made/);
  await entries.nth(4).waitFor({ state: 'hidden' });
  // While they are loaded, there are none.
  await entries.nth(3).waitFor();
  expect(await entries.count()).toBe(4);
  await page.reload();
  await entries.first().getByText('Key created').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.ndjson$/);
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string; orgId: string }).type)).toEqual(
    Array<string>(4).fill('key-made'),
  );

  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: 'Disconnected' }).click();
  await page.getByText('Nothing matches these filters.').waitFor();
  expect(faults).toEqual([]);
});

test('the Activity tab is searched, also by the request of an error and for a connection that is gone', async () => {
  const org = organization();
  const [one] = await connected(org, 'hubspot');
  const params = { path: { id: one?.id ?? '' } };
  await environment.operator.POST('/connections/{id}/check', { params });
  await environment.mockProviders.fault({
    provider: 'hubspot',
    on: 'data',
    kind: 'server-error',
    status: 400,
    times: 1,
  });
  const body = { orgId: org, userId: 'user-1', types: ['contact'] };
  const failed = await environment.operator.POST('/integrations/{integration}/load', {
    params: { path: { integration: 'hubspot' } },
    body,
  });
  const requestId = failed.response.headers.get('x-request-id') ?? '';
  const { page, faults } = await administer(`?tab=activity&requestId=${requestId}`);
  const entries = page.getByRole('table', { name: 'Activity' }).locator('tbody tr');
  await entries.nth(1).waitFor();
  expect(await entries.count()).toBe(2);
  await entries.first().getByText('provider-rejected').waitFor();
  await entries
    .nth(1)
    .getByText(/^(GET|POST) \/crm\//)
    .waitFor();

  await page.getByLabel('Request ID').fill('');
  await page.getByLabel('Organization', { exact: true }).fill(org);
  await page.waitForURL((url) => url.searchParams.get('orgId') === org);
  await entries.nth(2).waitFor();
  await page.getByRole('combobox', { name: 'Result' }).click();
  await page.getByRole('option', { name: 'Succeeded' }).click();
  await entries.first().getByText('API call').waitFor();
  await entries.nth(1).getByText('Code exchange').waitFor();
  expect(await entries.count()).toBe(2);
  await page.reload();
  await entries.first().getByText('API call').waitFor();

  await environment.operator.DELETE('/connections/{id}', { params });
  await entries.first().getByRole('link').click();
  const details = page.getByRole('dialog');
  await details.getByText('This connection does not exist').waitFor();
  await details.getByText('Revoke', { exact: true }).waitFor();
  // Who disconnected it.
  const disconnected = details.getByRole('row').filter({ hasText: 'Disconnected' });
  await disconnected.getByText('Operator').waitFor();
  expect(faults).toEqual([]);
});
