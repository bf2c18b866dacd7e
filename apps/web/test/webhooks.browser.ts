import { verifyWebhook } from '@causeway/client';
import { startWebhookReceiver, type WebhookReceiver } from '@causeway/testing';
import { connected, expectAccessible, HUBSPOT, newUserId, open } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment({}, { viewport: { width: 1280, height: 900 } });

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver?.stop());

test('an endpoint is added, tested, told of a connection, disabled and deleted', async () => {
  const { page: admin, faults } = await open(environment.context, `${environment.service.url}/admin?tab=webhooks`);
  await admin.getByText('There are no endpoints yet.').waitFor();
  await admin.getByRole('button', { name: 'Add endpoint' }).click();
  const form = admin.getByRole('dialog', { name: 'Add endpoint' });
  await expectAccessible(admin, ['region']);
  await form.getByLabel('URL').fill('ftp://nowhere');
  await form.getByRole('button', { name: 'Add endpoint' }).click();
  await form.getByRole('alert').first().waitFor();
  await form.getByLabel('URL').fill(receiver.url);
  await form.getByRole('button', { name: 'Add endpoint' }).click();
  const created = admin.getByRole('dialog', { name: 'The endpoint was added' });
  const secret = (await created.getByRole('textbox', { name: 'Secret' }).textContent()) ?? '';
  expect(secret).toMatch(/^whsec_/);
  await expectAccessible(admin, ['region']);
  await created.getByRole('button', { name: 'Done' }).click();

  await admin.getByRole('table', { name: 'Webhook endpoints' }).getByRole('button', { name: receiver.url }).click();
  const dialog = admin.getByRole('dialog', { name: receiver.url });
  await dialog.getByText('Nothing was sent yet.').waitFor();
  await dialog.getByRole('button', { name: 'Send test' }).click();
  const deliveries = dialog.getByRole('table', { name: 'Deliveries' });
  await deliveries.getByText('endpoint.test').waitFor();
  await deliveries.getByText('Delivered').waitFor();
  await expectAccessible(admin, ['region']);
  const [test] = receiver.received;
  const event = await verifyWebhook(secret, { body: test?.body ?? '', headers: test?.headers ?? {} });
  expect(event.type).toBe('endpoint.test');

  await connected(environment, HUBSPOT, newUserId());
  await deliveries.getByText('connection.created').waitFor();
  const before = receiver.received.length;
  await deliveries.getByRole('button', { name: 'Redeliver connection.created' }).click();
  while (receiver.received.length === before) await new Promise((resolve) => setTimeout(resolve, 50));
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids.at(-1)).toBe(ids.at(before - 1));

  await dialog.getByRole('button', { name: 'Disable' }).click();
  await dialog.getByText('Disabled', { exact: true }).first().waitFor();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  const confirmation = admin.getByRole('dialog', { name: 'Delete this endpoint?' });
  await confirmation.getByRole('button', { name: 'Delete' }).click();
  await admin.getByText('There are no endpoints yet.').waitFor();
  expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});

test('the page of an integration has its webhook URL and the setting that it needs', async () => {
  const { page } = await open(environment.context, `${environment.service.url}/admin?tab=setup`);
  await page.getByText('Rejected until SLACK_SIGNING_SECRET is set').waitFor();
  await page.getByText(/\/integrations\/slack\/webhook$/).waitFor();
  const token = 'secret_of_a_new_subscription';
  const url = `${environment.service.url}/integrations/notion/webhook`;
  const headers = { 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body: JSON.stringify({ verification_token: token }) });
  await page.reload();
  await page.getByRole('textbox', { name: 'verification token of Notion' }).getByText(token).waitFor();
  await expectAccessible(page);
});
