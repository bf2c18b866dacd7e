import type { Page } from 'playwright-core';
import type { Connection } from '@causeway/client';
import { connect } from '../../api/test/support/connect.js';
import { productionEnvironment } from './test-environment.js';
import { cardOf, consentAfter, gridOf, open, press, says, signIn, newUserId } from './support.js';

const environment = productionEnvironment();

const user = () => ({ orgId: 'acme', userId: newUserId() });
type User = ReturnType<typeof user>;

async function signedIn(who: User, address: string): Promise<{ page: Page; faults: string[] }> {
  const { data } = await environment.operator.POST('/sessions', { body: who });
  const opened = await open(environment.context, `${environment.service.url}${address}`);
  await signIn(opened.page, data?.token ?? '');
  return opened;
}

async function connectionsOf({ orgId, userId }: User): Promise<Connection[]> {
  const { data } = await environment.operator.GET('/connections', { params: { query: { orgId, userId } } });
  return data?.connections ?? [];
}

test('the user comes from the session: there are no fields for it, and the address cannot change it', async () => {
  const [mine, other] = [user(), user()];
  await connect(environment.operator, 'hubspot', other);
  const address = `/?integration=hubspot&org=${other.orgId}&user=${other.userId}`;
  const { page, faults } = await signedIn(mine, address);
  await page.getByText(`${mine.userId} has no connected HubSpot account.`).waitFor();
  await cardOf(page, 'HubSpot').getByText('Not connected').waitFor();
  expect(await page.getByLabel('Organization').count()).toBe(0);
  expect(await page.getByLabel('User', { exact: true }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test("a link to another user's connection shows nothing of it", async () => {
  const [mine, other] = [user(), user()];
  const own = await connect(environment.operator, 'hubspot', mine);
  const theirs = await connect(environment.operator, 'hubspot', other, { account: await anotherAccount() });
  expect(theirs.account.name).not.toBe(own.account.name);
  const { page, faults } = await signedIn(mine, `/?integration=hubspot&connection=${theirs.id}`);
  await page.getByRole('alert').getByText('This connection does not exist').waitFor();
  expect(await page.content()).not.toContain(theirs.account.name);
  await press(page, 'Show the connected accounts');
  await page.getByRole('region', { name: 'HubSpot' }).getByText(own.account.name).waitFor();
  expect(await page.content()).not.toContain(theirs.account.name);

  await page.goto(`${environment.service.url}/admin?connection=${theirs.id}`);
  await page.getByRole('alert').getByText('You are signed in as one user').waitFor();
  expect(await page.getByRole('tab').count()).toBe(0);
  expect(await page.content()).not.toContain(theirs.account.name);
  expect(await page.content()).not.toContain(other.userId);
  // A link leads back to the only page of a session.
  await page.getByRole('link', { name: 'Accounts' }).click();
  await cardOf(page, 'HubSpot').getByText('Connected', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('an account that is connected with a session belongs to its user, whatever the address says', async () => {
  const [mine, other] = [user(), user()];
  const { page } = await signedIn(mine, `/?integration=notion&org=globex&user=${other.userId}`);
  const popup = await consentAfter(page, 'Connect Notion');
  await popup.getByRole('button', { name: 'Allow' }).click();
  await says(page, /^Notion is connected/);
  expect((await connectionsOf(mine)).map(({ integration }) => integration)).toEqual(['notion']);
  expect(await connectionsOf({ orgId: 'globex', userId: other.userId })).toEqual([]);

  await press(page, 'Disconnect');
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await says(page, /is disconnected/);
  expect(await connectionsOf(mine)).toEqual([]);
});

test('an account that another user connects does not appear', async () => {
  const [mine, other] = [user(), user()];
  const { page } = await signedIn(mine, '/?integration=slack');
  await cardOf(page, 'Slack').getByText('Not connected').waitFor();
  await connect(environment.operator, 'slack', other);
  // Events arrive in order: when the user's own is there, the other one has passed.
  await connect(environment.operator, 'notion', mine);
  await cardOf(page, 'Notion').getByText('Connected', { exact: true }).waitFor();
  await cardOf(page, 'Slack').getByText('Not connected').waitFor();
});

test('the link of a row is never cut, however many columns there are', async () => {
  const mine = user();
  await connect(environment.operator, 'hubspot', mine);
  const { page } = await signedIn(mine, '/?integration=hubspot');
  await gridOf(page).getByRole('row').nth(5).waitFor();
  await press(page, 'Columns');
  const more = page.getByRole('menuitemcheckbox', { checked: false });
  for (let left = await more.count(); left > 0; left -= 1) await more.first().click();
  await page.keyboard.press('Escape');
  const link = await gridOf(page).locator('[data-action=link]').first().boundingBox();
  const frame = await gridOf(page).boundingBox();
  expect((link?.x ?? 0) + (link?.width ?? 0)).toBeLessThanOrEqual((frame?.x ?? 0) + (frame?.width ?? 0));
});

const anotherAccount = async () => (await environment.mockProviders.accounts('hubspot'))[1]?.id ?? '';
