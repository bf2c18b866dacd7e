import type { Page, Route } from 'playwright-core';
import { connected, HUBSPOT, press } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

const ofTheService = {
  contentType: 'application/problem+json',
  headers: { 'x-request-id': 'a-1' },
  body: JSON.stringify({ title: 'Something went wrong on our side', detail: 'Its log has more.', status: 500 }),
};
const page = { contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' };
const cut = { contentType: 'application/json', headers: { 'x-request-id': 'a-3' }, body: '{"id":"con_1","acco' };

/** What the page says when the response to Check is this one. */
async function saidOf(web: Page, response: Parameters<Route['fulfill']>[0]): Promise<string> {
  await web.route('**/check', (route) => route.fulfill(response));
  await press(web, 'Check');
  const alert = web.getByRole('alert').filter({ hasText: 'HubSpot · POST /connections/{id}/check' });
  await alert.waitFor();
  const text = (await alert.textContent()) ?? '';
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await web.unroute('**/check');
  return text;
}

test('an error says what failed, and a fault of the service reads otherwise than a gateway or a cut response', async () => {
  const { page: web } = await connected(environment, HUBSPOT);
  const service = await saidOf(web, { status: 500, ...ofTheService });
  const gateway = await saidOf(web, { status: 502, ...page });
  const interrupted = await saidOf(web, { status: 200, ...cut });
  expect(service).toMatch(/Something went wrong on our side.*HTTP 500 · request ID a-1/s);
  expect(gateway).toMatch(/A proxy answered instead of the service.*HTTP 502/s);
  expect(interrupted).toMatch(/The response was cut off.*HTTP 200 · request ID a-3/s);
  for (const text of [service, gateway, interrupted]) expect(text).not.toContain('con_');
});

test('the request id of an error is copied', async () => {
  const { page: web } = await connected(environment, HUBSPOT);
  await environment.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await web.route('**/check', (route) => route.fulfill({ status: 500, ...ofTheService }));
  await press(web, 'Check');
  await web.getByRole('button', { name: 'Copy the request ID' }).click();
  await web.getByRole('alert').getByText('Copied').waitFor();
  expect(await web.evaluate(() => navigator.clipboard.readText())).toBe('a-1');
});
