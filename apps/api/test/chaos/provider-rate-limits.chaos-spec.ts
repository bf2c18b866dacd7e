import { TenantsUnderLoad } from '../support/tenants-under-load.js';

const TIMEOUT_MS = 240_000;

/** The times and statuses of all requests, from the provider's own log. */
async function providerLog(tenants: TenantsUnderLoad): Promise<{ times: number[]; byStatus: Record<string, number> }> {
  const { last, byStatus } = await tenants.log();
  return { times: last.map(({ at }) => Date.parse(at)).sort((a, b) => a - b), byStatus };
}

describe.each([
  // Airtable, HubSpot and Notion; Notion's minute in a tenth of the time.
  [{ requests: 5, seconds: 1 }, 100],
  [{ requests: 20, seconds: 1 }, 400],
  [{ requests: 110, seconds: 10 }, 440],
  [{ requests: 18, seconds: 6 }, 90],
])('%p', (rateLimit, total) => {
  let tenants: TenantsUnderLoad;
  beforeAll(async () => {
    tenants = await TenantsUnderLoad.start(10, rateLimit);
  }, TIMEOUT_MS);
  afterAll(() => tenants?.stop());

  test(
    'ten organizations at two replicas use the whole rate limit, evenly, and never more',
    async () => {
      const began = performance.now();
      const counts = await tenants.load(total);
      const wallMs = performance.now() - began;
      const { times, byStatus } = await providerLog(tenants);
      const { requests, seconds } = rateLimit;
      const leastMs = (Math.ceil(total / requests) - 1) * seconds * 1000;
      const wholePeriods = Math.floor((times.at(-1)! - times[0]!) / (seconds * 1000));
      const within = times.filter((time) => time < times[0]! + wholePeriods * seconds * 1000).length;
      const usage = within / (wholePeriods * requests);
      const mean = total / counts.length;
      const [least, most] = [Math.min(...counts) / mean, Math.max(...counts) / mean];
      process.stdout.write(
        `${requests}/${seconds} s, ${total} requests: wall ${(wallMs / leastMs).toFixed(3)} of the least, used ${usage.toFixed(3)}, ` +
          `organizations ${least.toFixed(2)} to ${most.toFixed(2)} of the mean, responses ${JSON.stringify(byStatus)}\n`,
      );
      expect(byStatus).toEqual({ 200: total });
      expect(usage).toBeGreaterThanOrEqual(0.95);
      expect(wallMs / leastMs).toBeLessThanOrEqual(1.05);
      expect(least).toBeGreaterThanOrEqual(0.8);
      expect(most).toBeLessThanOrEqual(1.2);
    },
    TIMEOUT_MS,
  );
});
