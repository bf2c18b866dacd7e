import { CircuitBreakers, type CircuitOutcome } from './circuit-breaker.js';
import { UpstreamError } from './upstream-error.js';

const URL = 'https://provider.test/path';
const REQUESTS = [{}, {}, {}, {}];

describe('CircuitBreakers', () => {
  let now: number;
  let breakers: CircuitBreakers;
  beforeEach(() => {
    now = 1_000_000;
    breakers = new CircuitBreakers(() => now);
  });

  const run = (outcome: CircuitOutcome | Promise<CircuitOutcome>, request: object = {}, url = URL) =>
    breakers.run(
      url,
      request,
      () => Promise.resolve(outcome),
      (result) => result,
    );
  /** An exchange that is under way until `end` is called. */
  function startExchange() {
    let end: (outcome: CircuitOutcome) => void = () => {};
    const ended = run(new Promise<CircuitOutcome>((resolve) => (end = resolve)));
    return { end, ended };
  }
  const retryAfterMs = (url = URL): number => {
    try {
      breakers.check(url);
      return 0;
    } catch (error) {
      return error instanceof UpstreamError ? (error.context.retryAfterMs ?? -1) : -1;
    }
  };
  async function fail(times: number, requests = 4, everyMs = 800) {
    for (let i = 0; i < times; i += 1) {
      now += everyMs;
      await run('dead', REQUESTS[i % requests]);
    }
  }

  it('opens after several requests have met nothing but failures for a while, and then fails at once', async () => {
    await fail(7);
    expect(retryAfterMs()).toBe(0);
    await fail(1);
    expect(retryAfterMs()).toBe(1_000);
    await expect(run('alive')).rejects.toMatchObject({ reason: 'unavailable', context: { retryAfterMs: 1_000 } });
  });

  it.each([
    ['one or two requests with all their tries', () => fail(40, 2)],
    ['a moment in which every connection was cut', () => fail(40, 4, 1)],
    ['failures far apart', () => fail(40, 4, 61_000)],
  ])('stays closed after %s', async (_name, failures) => {
    await failures();
    expect(retryAfterMs()).toBe(0);
  });

  it('stays closed if one request in between succeeds, whatever the number of unknown outcomes', async () => {
    await fail(7);
    await run('alive');
    await fail(7);
    for (let i = 0; i < 20; i += 1) await run('unknown');
    expect(retryAfterMs()).toBe(0);
  });

  it('lets one probe at a time through, and waits longer after each one that fails', async () => {
    await fail(8);
    const cooldowns: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      cooldowns.push(retryAfterMs());
      now += retryAfterMs();
      const probe = startExchange();
      expect(retryAfterMs()).toBe(1_000);
      probe.end('dead');
      await probe.ended;
    }
    expect(cooldowns).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('closes with the first success', async () => {
    await fail(8);
    now += 1_000;
    await run('alive');
    expect(retryAfterMs()).toBe(0);
    await fail(7);
    expect(retryAfterMs()).toBe(0);
  });

  it('lets another probe through after one that was aborted or threw', async () => {
    await fail(8);
    now += 1_000;
    await run('unknown');
    expect(retryAfterMs()).toBe(0);
    await expect(run(Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(retryAfterMs()).toBe(0);
  });

  it('heeds the success, but not the failure, of a request that was sent before it opened', async () => {
    const [succeeding, failing] = [startExchange(), startExchange()];
    await fail(8);
    failing.end('dead');
    await failing.ended;
    expect(retryAfterMs()).toBe(1_000);
    succeeding.end('alive');
    await succeeding.ended;
    expect(retryAfterMs()).toBe(0);
  });

  it('counts for one API only, also of several behind one gateway', async () => {
    await fail(8);
    expect(retryAfterMs('https://provider.test/path/deeper?query')).toBe(1_000);
    expect(retryAfterMs('https://provider.test/other')).toBe(0);
    expect(retryAfterMs('https://other.test/path')).toBe(0);
  });
});
