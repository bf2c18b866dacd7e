import { connect } from '../../api/test/support/connect.js';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { productionEnvironment } from './test-environment.js';
import { expectAccessible, open, press, signIn } from './support.js';

/** More than the list loads at first. */
const MANY = 2_040;
const AT_ONCE = 30;

const environment = productionEnvironment({ viewport: { width: 1500, height: 900 } });
beforeAll(async () => {
  // The list has the newest first, so this one is last.
  await connect(environment.operator, 'notion', { orgId: 'acme', userId: 'the-first' });
  for (let made = 0; made < MANY; made += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        connect(environment.operator, 'notion', { orgId: 'acme', userId: `later-${made + at}` }),
      ),
    );
}, 240_000);

test('a search continues beyond the loaded connections, shows its progress, can be stopped, and finds the oldest', async () => {
  const { page, faults } = await open(environment.context, `${environment.service.url}/admin`);
  await signIn(page, ADMIN_KEY);
  await page.getByText('Only the 2,000 newest connections are listed').waitFor();
  await page.getByText('1–50 of 2,000').waitFor();

  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(/\/connections\?.*cursor=/, async (route) => {
    await held;
    // The search was stopped, and the request aborted.
    await route.continue().catch(() => undefined);
  });
  await page.getByLabel('Search by organization, user, or account').fill('the-first');
  const status = page.getByRole('status');
  await status.getByText('Searching: the 2,000 newest connections so far…').waitFor();
  await page.getByText('Nothing found so far.').waitFor();
  await press(page, 'Stop');
  await status.getByText('The 2,000 newest connections were searched; older ones may match too.').waitFor();
  await expectAccessible(page);
  goOn();
  await page.getByText('No connection matches.').waitFor();
  await press(page, 'Continue search');
  await page.getByRole('cell', { name: 'the-first', exact: true }).waitFor();
  await status.getByText(`1 of 2,041 connections`).waitFor();
  // Everything was searched.
  expect(await page.getByRole('button', { name: 'Continue search' }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test('a search that fills a page stops until it is continued', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin?find=later`);
  await signIn(page, ADMIN_KEY);
  await page.getByRole('status').getByText('The 2,000 newest connections were searched').waitFor();
  await page.getByText('1–50 of 2,000').waitFor();
  await press(page, 'Continue search');
  await page.getByText('1–50 of 2,040').waitFor();
});
