import { connect } from '../../api/test/support/connect.js';
import { ADMIN_KEY } from '../../api/test/support/production.js';
import { productionGround } from './production-environment.js';
import { expectAccessible, open, press, signIn } from './support.js';

/** More than the list loads unasked. */
const MANY = 2_040;
const AT_ONCE = 30;

const ground = productionGround({ viewport: { width: 1500, height: 900 } });
beforeAll(async () => {
  // The oldest one is behind all the others.
  await connect(ground.operator, 'notion', { orgId: 'acme', userId: 'the-first' });
  for (let made = 0; made < MANY; made += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        connect(ground.operator, 'notion', { orgId: 'acme', userId: `later-${made + at}` }),
      ),
    );
}, 240_000);

test('a search goes on behind what is loaded, says how far it is, stops when told to, and finds the oldest', async () => {
  const { page, faults } = await open(ground.context, `${ground.service.url}/admin`);
  await signIn(page, ADMIN_KEY);
  await page.getByText('These are the 2,000 newest connections').waitFor();
  await page.getByText('1–50 of 2,000').waitFor();

  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route(/\/connections\?.*cursor=/, async (route) => {
    await held;
    // Stopped meanwhile: nobody waits for it.
    await route.continue().catch(() => undefined);
  });
  await page.getByLabel('Find by organisation, user or account').fill('the-first');
  const status = page.getByRole('status');
  await status.getByText('Looking further: the 2,000 newest connections so far…').waitFor();
  await page.getByText('Nothing found so far.').waitFor();
  await press(page, 'Stop');
  await status.getByText('The 2,000 newest connections were looked at; older ones may match as well.').waitFor();
  await expectAccessible(page);
  goOn();
  await page.getByText('No connection matches.').waitFor();
  await press(page, 'Look further');
  await page.getByRole('cell', { name: 'the-first', exact: true }).waitFor();
  await status.getByText(`1 of 2,041 connections`).waitFor();
  // Nothing is left to look at.
  expect(await page.getByRole('button', { name: 'Look further' }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test('a search that finds a page of them goes no further until it is told to', async () => {
  const { page } = await open(ground.context, `${ground.service.url}/admin?find=later`);
  await signIn(page, ADMIN_KEY);
  await page.getByRole('status').getByText('The 2,000 newest connections were looked at').waitFor();
  await page.getByText('1–50 of 2,000').waitFor();
  await press(page, 'Look further');
  await page.getByText('1–50 of 2,040').waitFor();
});
