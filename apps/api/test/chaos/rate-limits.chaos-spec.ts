import { Crowd } from '../support/crowd.js';

const PATIENCE = 240_000;

/** The first and the last call of a stretch and how many there were, in the provider's own log. */
async function stretch(crowd: Crowd): Promise<{ times: number[]; byStatus: Record<string, number> }> {
  const { last, byStatus } = await crowd.log();
  return { times: last.map(({ at }) => Date.parse(at)).sort((a, b) => a - b), byStatus };
}

describe.each([
  // Airtable, HubSpot and Notion; Notion's minute in a tenth of the time.
  [{ requests: 5, seconds: 1 }, 100],
  [{ requests: 20, seconds: 1 }, 400],
  [{ requests: 110, seconds: 10 }, 440],
  [{ requests: 18, seconds: 6 }, 90],
])('%p', (allowance, calls) => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await Crowd.start(10, allowance);
  }, PATIENCE);
  afterAll(() => crowd?.stop());

  test(
    'ten organisations at two replicas use the whole allowance, evenly, and never more',
    async () => {
      const began = performance.now();
      const counts = await crowd.load(calls);
      const wallMs = performance.now() - began;
      const { times, byStatus } = await stretch(crowd);
      const { requests, seconds } = allowance;
      const leastMs = (Math.ceil(calls / requests) - 1) * seconds * 1000;
      const wholePeriods = Math.floor((times.at(-1)! - times[0]!) / (seconds * 1000));
      const within = times.filter((time) => time < times[0]! + wholePeriods * seconds * 1000).length;
      const usage = within / (wholePeriods * requests);
      const mean = calls / counts.length;
      const [least, most] = [Math.min(...counts) / mean, Math.max(...counts) / mean];
      process.stdout.write(
        `${requests}/${seconds} s, ${calls} calls: wall ${(wallMs / leastMs).toFixed(3)} of the least, used ${usage.toFixed(3)}, ` +
          `organisations ${least.toFixed(2)} to ${most.toFixed(2)} of the mean, answers ${JSON.stringify(byStatus)}\n`,
      );
      expect(byStatus).toEqual({ 200: calls });
      expect(usage).toBeGreaterThanOrEqual(0.95);
      expect(wallMs / leastMs).toBeLessThanOrEqual(1.05);
      expect(least).toBeGreaterThanOrEqual(0.8);
      expect(most).toBeLessThanOrEqual(1.2);
    },
    PATIENCE,
  );
});
