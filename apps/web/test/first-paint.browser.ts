import type { Page } from 'playwright-core';
import { addressOf, newUserId } from './support.js';
import { sandboxEnvironment } from './test-environment.js';

const environment = sandboxEnvironment();

/** Lighthouse's slow 4G. */
const SLOW_4G = { latency: 150, throughput: (1638.4 * 1000) / 8 };
const SLOWER_PROCESSOR = 4;
/** Much of it is the processor's: the machine of the tests is shared. */
const LIMIT_MS = { first: 2_000, content: 5_000 };

/** Milliseconds from the navigation to the first paint, and to the one with the integrations, by a fresh visitor. */
async function paints(
  address: string,
  ready: (page: Page) => Promise<void>,
): Promise<{ first: number; content: number }> {
  const page = await environment.context.newPage();
  const session = await environment.context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: SLOW_4G.latency,
    downloadThroughput: SLOW_4G.throughput,
    uploadThroughput: SLOW_4G.throughput,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_PROCESSOR });
  await page.addInitScript(() => {
    const found: Record<string, number> = ((window as unknown as { paints: Record<string, number> }).paints = {});
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntriesByName('first-contentful-paint')) found[name] = startTime;
    }).observe({ type: 'paint', buffered: true });
    const look = () => {
      const [integration] = document.querySelectorAll('ul[aria-label="Integrations"] button');
      // The task after the frame that shows it.
      if (integration) setTimeout(() => (found['content'] = performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(address);
  await ready(page);
  const found = await page.evaluate(() => (window as unknown as { paints: Record<string, number> }).paints);
  await page.close();
  return { first: found['first-contentful-paint'] ?? Infinity, content: found['content'] ?? Infinity };
}

test('the web app shows the integrations soon, on slow 4G with a processor four times slower', async () => {
  const rounds = [];
  for (let round = 0; round < 3; round += 1)
    rounds.push(
      await paints(addressOf(environment.service.url, newUserId(), 'hubspot'), (page) =>
        page.getByRole('button', { name: 'Connect HubSpot' }).waitFor(),
      ),
    );
  process.stdout.write(
    `first paint and the integrations, ms: ${JSON.stringify(rounds.map(({ first, content }) => [first, content].map(Math.round)))}\n`,
  );
  // The best of three: the machine that the tests run on does other things, too.
  expect(Math.min(...rounds.map(({ first }) => first))).toBeLessThan(LIMIT_MS.first);
  expect(Math.min(...rounds.map(({ content }) => content))).toBeLessThan(LIMIT_MS.content);
});
