import type { Page } from 'playwright-core';
import { connect } from '../../api/test/support/connect.js';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { productionEnvironment } from './test-environment.js';
import { addressOf, expectAccessible, open, signIn, newUserId } from './support.js';

const environment = productionEnvironment();

const keyField = (page: Page) => page.getByLabel('Key', { exact: true });

/** Everything that a script in the page could read. */
const readable = (page: Page) =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const caches = await window.caches.keys();
    const typed = [...document.querySelectorAll('input')].map(({ value }) => value);
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      databases,
      caches,
      typed,
      document.documentElement.outerHTML,
      window.location.href,
      window.history.state,
      window.name,
    ]);
  });

async function apiKey(scopes: ('connections:read' | 'admin')[], expiresAt?: string) {
  const { data } = await environment.operator.POST('/keys', {
    body: { name: 'a test', scopes, ...(expiresAt && { expiresAt }) },
  });
  if (!data) throw new Error('no key');
  return data;
}

test('a wrong key is rejected, the right one opens the app, and no script can read it from then on', async () => {
  const { page, faults } = await open(environment.context, environment.service.url);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await keyField(page).fill('a-wrong-key');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This key was not accepted.').waitFor();
  expect(await environment.context.cookies()).toEqual([]);

  await keyField(page).fill(` ${ADMIN_KEY} `);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Enter an organization and a user').waitFor();
  expect(await page.getByRole('note').count()).toBe(0);
  const [cookie] = await environment.context.cookies();
  expect(cookie).toMatchObject({ name: 'causeway-session', httpOnly: true, sameSite: 'Strict', path: '/' });
  const seen = await readable(page);
  expect(seen).not.toContain(ADMIN_KEY);
  expect(seen).not.toContain(cookie?.value);
  expect(decodeURIComponent(cookie?.value ?? '')).not.toContain(ADMIN_KEY);

  // A reload and another tab need no key.
  await page.reload();
  await page.getByText('Enter an organization and a user').waitFor();
  const { page: other } = await open(environment.context, addressOf(environment.service.url, newUserId()));
  await other.getByText(/has no connected/).waitFor();
  expect(faults).toEqual([]);
});

test('a tab that signs in asks once who is signed in, and does not react to its own message', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin?tab=keys`);
  await keyField(page).waitFor();
  let asked = 0;
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().endsWith('/web-session')) asked += 1;
  });
  await signIn(page, ADMIN_KEY);
  // Its script and its request come after the message.
  await page.getByRole('button', { name: 'Create API key' }).waitFor();
  expect(asked).toBe(1);
});

test('nothing but the sign-in page is shown until somebody signs in', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin?tab=keys`);
  await keyField(page).waitFor();
  expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  await page.keyboard.press('Enter');
  await page.getByText('Enter a key.').waitFor();
  // A deep link is kept during sign-in.
  await signIn(page, ADMIN_KEY);
  await page.getByRole('button', { name: 'Create API key' }).waitFor();
});

test('signing out ends the session in all tabs, and for a copy of the cookie', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin`);
  await signIn(page, ADMIN_KEY);
  await page.getByText('Nobody has connected an account yet.').or(page.getByRole('table')).waitFor();
  const { page: other } = await open(environment.context, `${environment.service.url}/admin?tab=keys`);
  await other.getByRole('button', { name: 'Create API key' }).waitFor();
  const [cookie] = await environment.context.cookies();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('status').getByText('You are signed out.').waitFor();
  expect(await environment.context.cookies()).toEqual([]);
  await other.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await page.getByRole('status').getByText('You are signed out.').waitFor();
  const copied = await fetch(`${environment.service.url}/connections`, {
    headers: { cookie: `causeway-session=${cookie?.value}` },
  });
  expect(copied.status).toBe(401);
  await page.reload();
  await keyField(page).waitFor();
});

test('a session that ends is renewed in a dialog, and the page keeps what was typed', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin?tab=keys`);
  const made = await apiKey(['admin']);
  await signIn(page, made.key);
  await page.getByRole('button', { name: 'Create API key' }).click();
  await page.getByLabel('Name').fill('half a key');
  await page.getByRole('checkbox', { name: /^items:read/ }).check();
  await environment.operator.DELETE('/keys/{id}', { params: { path: { id: made.id } } });
  await page.getByRole('button', { name: 'Create key' }).click();

  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.getByText('This page is kept as it is').waitFor();
  const again = await apiKey(['admin']);
  await dialog.getByLabel('Key', { exact: true }).fill(again.key);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByLabel('Name').inputValue()).toBe('half a key');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('dialog', { name: 'The key “half a key” was created' }).waitFor();
});

test('a session that expires shows the dialog without a request', async () => {
  const { page } = await open(environment.context, environment.service.url);
  const { key } = await apiKey(['connections:read'], new Date(Date.now() + 6_000).toISOString());
  await signIn(page, key);
  await page.getByText('Enter an organization and a user').waitFor();
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  await page.getByRole('button', { name: 'Discard and leave' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('when somebody else signs in, nothing of the caller before is shown', async () => {
  const user = { orgId: 'acme', userId: newUserId() };
  await connect(environment.operator, 'hubspot', user);
  const { page } = await open(environment.context, `${environment.service.url}/admin?find=${user.userId}`);
  const made = await apiKey(['connections:read']);
  await signIn(page, made.key);
  await page.getByRole('cell', { name: user.userId, exact: true }).waitFor();
  await environment.operator.DELETE('/keys/{id}', { params: { path: { id: made.id } } });
  // No pointer: a request of the open page may already have found that the key has ended, and the dialog be there.
  await page.getByRole('tab', { name: 'Health', includeHidden: true }).dispatchEvent('click');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  // Behind the dialog, where no pointer reaches it.
  await page.locator('#tab-connections').dispatchEvent('click');
  const { data } = await environment.operator.POST('/sessions', { body: { orgId: 'acme', userId: newUserId() } });
  await dialog.getByLabel('Key', { exact: true }).fill(data?.token ?? '');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('You are signed in as one user').waitFor();
  expect(await page.getByText(user.userId).count()).toBe(0);
});

test('the header says who is signed in, with which key or as which user', async () => {
  const header = (page: Page) => page.getByRole('banner');
  const { page } = await open(environment.context, environment.service.url);
  await signIn(page, ADMIN_KEY);
  await header(page).getByText('Signed in: Admin key').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  const { data: key } = await environment.operator.POST('/keys', {
    body: { name: 'a key', scopes: ['connections:read'] },
  });
  await signIn(page, key?.key ?? '');
  await header(page).getByText(`Signed in: API key cwk_${key?.id}_…`).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  const user = { orgId: 'acme', userId: newUserId() };
  const { data: session } = await environment.operator.POST('/sessions', { body: user });
  await signIn(page, session?.token ?? '');
  await header(page).getByText(`Signed in: ${user.userId}`).waitFor();
});

test('an unreachable service is not reported as a wrong key', async () => {
  const { page } = await open(environment.context, environment.service.url);
  await keyField(page).waitFor();
  await page.route('**/web-session', (route) => route.abort());
  await keyField(page).fill(ADMIN_KEY);
  await page.keyboard.press('Enter');
  await page.getByText('The service does not respond').waitFor();
  expect(await keyField(page).inputValue()).toBe(ADMIN_KEY);
  await page.unroute('**/web-session');
  await page.keyboard.press('Enter');
  await page.getByText('Enter an organization and a user').waitFor();
});

test.each(['light', 'dark'] as const)('the sign-in page is accessible in %s', async (colorScheme) => {
  const looking = await environment.browser.newContext({ colorScheme });
  const { page } = await open(looking, environment.service.url);
  await keyField(page).waitFor();
  await expectAccessible(page);
  await keyField(page).fill('a-wrong-key');
  await page.keyboard.press('Enter');
  await page.getByText('This key was not accepted.').waitFor();
  await expectAccessible(page);
  await signIn(page, ADMIN_KEY);
  await page.getByText('Enter an organization and a user').waitFor();
  await expectAccessible(page);
  await looking.close();
});
