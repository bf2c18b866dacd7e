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

  const run = (outcome: CircuitOutcome, request: object = {}, url = URL) => breakers.begin(url, request)(outcome);
  const retryAfterMs = (url = URL): number => {
    try {
      breakers.check(url);
      return 0;
    } catch (error) {
      return error instanceof UpstreamError ? (error.context.retryAfterMs ?? -1) : -1;
    }
  };
  function fail(times: number, requests = 4, everyMs = 800) {
    for (let i = 0; i < times; i += 1) {
      now += everyMs;
      run('failure', REQUESTS[i % requests]);
    }
  }

  it('opens after several requests have met nothing but failures for a while, and then fails at once', () => {
    fail(7);
    expect(retryAfterMs()).toBe(0);
    fail(1);
    expect(retryAfterMs()).toBe(1_000);
    expect(() => breakers.begin(URL, {})).toThrow(
      expect.objectContaining({ reason: 'unavailable', context: { retryAfterMs: 1_000 } }),
    );
  });

  it.each([
    ['one or two requests with all their tries', () => fail(40, 2)],
    ['a moment in which every connection was cut', () => fail(40, 4, 1)],
    ['failures far apart', () => fail(40, 4, 61_000)],
  ])('stays closed after %s', (_name, failures) => {
    failures();
    expect(retryAfterMs()).toBe(0);
  });

  it('stays closed if one request in between succeeds, whatever the number of unknown outcomes', () => {
    fail(7);
    run('success');
    fail(7);
    for (let i = 0; i < 20; i += 1) run('unknown');
    expect(retryAfterMs()).toBe(0);
  });

  it('lets one probe at a time through, and waits longer after each one that fails', () => {
    fail(8);
    const cooldowns: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      cooldowns.push(retryAfterMs());
      now += retryAfterMs();
      const endProbe = breakers.begin(URL, {});
      expect(retryAfterMs()).toBe(1_000);
      endProbe('failure');
    }
    expect(cooldowns).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('closes with the first success', () => {
    fail(8);
    now += 1_000;
    run('success');
    expect(retryAfterMs()).toBe(0);
    fail(7);
    expect(retryAfterMs()).toBe(0);
  });

  it('lets another probe through after one that was aborted', () => {
    fail(8);
    now += 1_000;
    run('unknown');
    expect(retryAfterMs()).toBe(0);
  });

  it('heeds the success, but not the failure, of a request that was sent before it opened', () => {
    const [endWithSuccess, endWithFailure] = [breakers.begin(URL, {}), breakers.begin(URL, {})];
    fail(8);
    endWithFailure('failure');
    expect(retryAfterMs()).toBe(1_000);
    endWithSuccess('success');
    expect(retryAfterMs()).toBe(0);
  });

  it('counts for one API only, also of several behind one gateway', () => {
    fail(8);
    expect(retryAfterMs('https://provider.test/path/deeper?query')).toBe(1_000);
    expect(retryAfterMs('https://provider.test/other')).toBe(0);
    expect(retryAfterMs('https://other.test/path')).toBe(0);
  });
});
