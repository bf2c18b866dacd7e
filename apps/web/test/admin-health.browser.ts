import { adminEnvironment, organization } from './admin-environment.js';

const { administer, connected, environment } = adminEnvironment();

test('the Health tab shows the status, live metrics, and failures by reason', async () => {
  const { page } = await administer('?tab=health');
  await page.getByText('The service is ready.').waitFor();
  await page.getByText('Embedded store').waitFor();
  const connects = page.getByRole('region', { name: 'Connects', exact: true });
  const totalOf = async () =>
    Number(/^[\d,]+/.exec((await connects.getByText('since start').textContent()) ?? '')?.[0]?.replace(',', ''));
  const before = await totalOf();
  await connected(organization(), 'notion', 'slack');
  await page.waitForFunction((most) => Number(/(\d+) since/.exec(document.body.textContent ?? '')?.[1]) > most, before);
  expect(await totalOf()).toBe(before + 2);
  await connects.getByRole('img', { name: /^Connects: now [\d.]+, at most [\d.]+/ }).waitFor();

  const [broken] = await connected(organization(), 'slack');
  await environment.mockProviders.revoke({ provider: 'slack' });
  await environment.operator.POST('/connections/{id}/check', { params: { path: { id: broken?.id ?? '' } } });
  await page.getByRole('table', { name: 'Failures by reason' }).getByText('unauthorized').waitFor();
  const failures = page.getByRole('region', { name: 'Failures', exact: true });
  await failures.getByText(/^[1-9]\d* since start$/).waitFor();
  await failures.getByRole('img', { name: /^Failures: now [\d.]+, at most [\d.]+/ }).waitFor();
  await page.reload();
  const byDay = page.getByRole('region', { name: 'Connects by day' });
  await byDay.getByText(/^[1-9][\d,]* in 14 days$/).waitFor();
  await byDay.getByRole('img', { name: /^Connects by day: now [1-9][\d,]*/ }).waitFor();
});
