import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway, unwrap, type CausewayClient, type Connection } from '@causeway/client';
import { startMockProviders, startRedis, startService, type Service } from '@causeway/testing';
import { connect } from '../support/connect.js';
import { makeClock } from '../support/moved-clock.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from '../support/production.js';
import { someone } from '../support/users.js';

const GRANTS = 1_000;
const AT_ONCE = 20;
const DAY_MS = 86_400_000;
/** Of Airtable's 60 days, a grant that nobody uses is refreshed between half and two thirds. */
const [FROM, TO] = [30, 40];
/** Ten days take 80 s; the service looks every two seconds, which are 6 hours then. */
const SPEED = (10 * DAY_MS) / 80_000;

const rows: Record<string, string | number>[] = [];
afterAll(() => {
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
});

async function connectAll(client: CausewayClient): Promise<Connection[]> {
  const made: Connection[] = [];
  while (made.length < GRANTS)
    made.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => connect(client, 'airtable', someone())))));
  return made;
}

test.each([
  ['embedded', 1],
  ['redis', 2],
])(
  '1,000 grants that nobody uses for 50 days, with the store %s and processes: %i',
  async (store, processes) => {
    const [apart, redis, clock] = await Promise.all([startMockProviders(), startRedis(), makeClock()]);
    const services: Service[] = [];
    try {
      await unlimited(apart.mockProviders);
      const environment: Record<string, string> = {
        ...productionEnvironment(apart.mockProviders),
        ...(store === 'redis' && { REDIS_URL: redis.url }),
      };
      const first = await startService({ env: environment });
      services.push(first);
      const client = createCauseway({ baseUrl: first.url, apiKey: ADMIN_KEY });
      const made = await connectAll(client);
      const lastMadeAt = Date.now();
      await apart.mockProviders.clearLog();

      const moved = { ...environment, ...clock.running(FROM - 0.2, SPEED), PUBLIC_URL: first.url };
      await first.restart(moved);
      while (services.length < processes) services.push(await startService({ env: moved }));
      await sleep(((TO - FROM + 0.7) * DAY_MS) / SPEED);
      // What is refreshed once is left alone up to the fiftieth day, and longer.
      await Promise.all(services.map((service) => service.restart({ ...moved, ...clock.ahead(50) })));
      await sleep(6_000);

      const found = await Promise.all(
        made.map(({ id }) => unwrap(client.GET('/connections/{id}', { params: { path: { id } } }))),
      );
      const days = found
        .map(
          ({ lastRefreshedAt }, at) => (Date.parse(lastRefreshedAt ?? '') - Date.parse(made[at]!.createdAt)) / DAY_MS,
        )
        .sort((a, b) => a - b);
      const perDay = Array.from({ length: 11 }, (_, at) => days.filter((day) => Math.floor(day) === FROM + at).length);
      const { tokenCalls, refreshTokens, maxConcurrentToken } = await apart.mockProviders.log('airtable');
      rows.push({
        store,
        processes,
        grants: GRANTS,
        'connected in s': Math.round((lastMadeAt - Date.parse(made[0]!.createdAt)) / 1_000),
        alive: found.filter(({ status }) => status === 'active').length,
        'token calls': tokenCalls,
        'spent twice': refreshTokens.filter(({ presented }) => presented > 1).length,
        'at once': maxConcurrentToken,
        'first day': days[0]!.toFixed(2),
        'last day': days.at(-1)!.toFixed(2),
        'by day': perDay.join(' '),
      });
      expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['active']));
      expect(tokenCalls).toBe(GRANTS);
      expect(refreshTokens.filter(({ presented }) => presented > 1)).toEqual([]);
      expect(days[0]).toBeGreaterThanOrEqual(FROM);
      expect(days.at(-1)).toBeLessThan(TO + 0.7);
      // A hundred a day, of which each is chosen by its id: six standard deviations.
      for (const count of perDay.slice(0, 10)) {
        expect(count).toBeGreaterThan(40);
        expect(count).toBeLessThan(160);
      }
    } finally {
      await Promise.all([...services.map((service) => service.stop()), apart.stop(), redis.stop(), clock.remove()]);
    }
  },
  400_000,
);
