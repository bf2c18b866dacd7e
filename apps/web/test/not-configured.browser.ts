import { ADMIN_KEY } from '../../api/test/support/production.js';
import { cardOf, newUserId, open, signIn } from './support.js';
import { productionEnvironment } from './test-environment.js';

const environment = productionEnvironment({}, { NOTION_CLIENT_ID: '', NOTION_CLIENT_SECRET: '' });

test('a customer is offered what is set up, and the operator sees what is missing', async () => {
  const { context, operator, service } = environment;
  const { data } = await operator.POST('/sessions', { body: { orgId: 'acme', userId: newUserId() } });
  const { page } = await open(context, service.url);
  await signIn(page, data?.token ?? '');
  await cardOf(page, 'HubSpot').waitFor();
  expect(await cardOf(page, 'Notion').count()).toBe(0);
  expect(await page.locator('body').innerText()).not.toMatch(/client id|operator|not configured/i);

  await context.clearCookies();
  const { page: operators } = await open(context, `${service.url}/?org=acme&user=ann`);
  await signIn(operators, ADMIN_KEY);
  await cardOf(operators, 'Notion').waitFor();
});
