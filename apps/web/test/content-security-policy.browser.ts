import type { Page } from 'playwright-core';
import { addressOf, cardOf, consentAfter, exported, gridOf, newUserId } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

/** The browser's messages about what it blocked on pages of the service. */
function refusals(): string[] {
  const found: string[] = [];
  environment.context.on('console', (message) => {
    const ours = message.page()?.url().startsWith(environment.service.url) ?? true;
    if (ours && /content.security.policy|cross-origin-opener/i.test(message.text())) found.push(message.text());
  });
  return found;
}

test('the web app does nothing that its policy forbids', async () => {
  const refused = refusals();
  const page = await environment.context.newPage();
  await page.goto(addressOf(environment.service.url, newUserId()));
  await cardOf(page, 'HubSpot').click();
  const popup = await consentAfter(page, 'Connect HubSpot');
  await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Allow' }).click()]);
  await gridOf(page).getByRole('rowheader').first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'JSON' }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect((await exported(page, 'CSV')).length).toBeGreaterThan(100);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog', { name: /^Disconnect / });
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await page
    .getByRole('status')
    .getByText(/is disconnected/)
    .waitFor();
  expect(refused).toEqual([]);
  // The page also works without its styles, so check them separately.
  expect(await styled(page)).toBe(true);
});

test('the page at /docs does nothing that its policy forbids', async () => {
  const refused = refusals();
  const page = await environment.context.newPage();
  await page.goto(`${environment.service.url}/docs`);
  await page
    .getByRole('button', { name: /\/health\/live/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table').getByText('"ok"').first().waitFor();
  expect(refused).toEqual([]);
});

test('a script that got into the page does not run, and sends nothing away', async () => {
  const page = await environment.context.newPage();
  await page.goto(addressOf(environment.service.url, newUserId()));
  const refused = refusals();
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.stolen = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="x:" onerror="window.stolen = true"><style>body { color: red }</style>';
    document.body.append(image);
    const sent = await fetch('http://127.0.0.1:1/').then(
      () => 'sent',
      () => 'refused',
    );
    return { stolen: 'stolen' in window, sent };
  });
  expect(ran).toEqual({ stolen: false, sent: 'refused' });
  expect(refused.length).toBeGreaterThan(2);
});

test('the service cannot be framed', async () => {
  const page = await environment.context.newPage();
  await page.route('http://frame.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${environment.service.url}/docs"></iframe>` }),
  );
  const navigated = page.waitForEvent('framenavigated', (frame) => frame !== page.mainFrame());
  await page.goto('http://frame.test/');
  await navigated;
  const frames = page.frames().map((frame) => frame.url());
  expect(frames).not.toContain(`${environment.service.url}/docs`);
});

const styled = (page: Page) =>
  page
    .getByRole('button')
    .first()
    .evaluate((button) => getComputedStyle(button).fontFamily.includes('Times') === false);
