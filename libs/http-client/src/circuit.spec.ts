import { Circuits, type CircuitOutcome } from './circuit.js';
import { UpstreamError } from './upstream-error.js';

const URL = 'https://provider.test/path';
const NAMES = [{}, {}, {}, {}];

describe('Circuits', () => {
  let now: number;
  let circuits: Circuits;
  beforeEach(() => {
    now = 1_000_000;
    circuits = new Circuits(() => now);
  });

  const exchange = (sign: CircuitOutcome, call: object = {}, url = URL) =>
    circuits.through(
      url,
      call,
      () => Promise.resolve(sign),
      (outcome) => outcome,
    );
  const waitMs = (url = URL): number => {
    try {
      circuits.check(url);
      return 0;
    } catch (error) {
      return error instanceof UpstreamError ? (error.context.retryAfterMs ?? -1) : -1;
    }
  };
  async function fail(times: number, callers = 4, everyMs = 800) {
    for (let i = 0; i < times; i += 1) {
      now += everyMs;
      await exchange('dead', NAMES[i % callers]);
    }
  }

  it('opens when several calls have met nothing but failures for a while, and then fails at once', async () => {
    await fail(7);
    expect(waitMs()).toBe(0);
    await fail(1);
    expect(waitMs()).toBe(1_000);
    await expect(exchange('alive')).rejects.toMatchObject({ reason: 'unavailable', context: { retryAfterMs: 1_000 } });
  });

  it.each([
    ['one or two calls with all their tries', () => fail(40, 2)],
    ['a moment in which everything was cut', () => fail(40, 4, 1)],
    ['failures long after one another', () => fail(40, 4, 61_000)],
  ])('stays closed after %s', async (_name, failures) => {
    await failures();
    expect(waitMs()).toBe(0);
  });

  it('stays closed where one call in between succeeds, whatever else ends without a sign', async () => {
    await fail(7);
    await exchange('alive');
    await fail(7);
    for (let i = 0; i < 20; i += 1) await exchange('none');
    expect(waitMs()).toBe(0);
  });

  it('lets one at a time try, and waits longer each time it fails', async () => {
    await fail(8);
    const cooldowns: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      cooldowns.push(waitMs());
      now += waitMs();
      let end: (sign: CircuitOutcome) => void = () => {};
      const probe = circuits.through(
        URL,
        {},
        () => new Promise<CircuitOutcome>((resolve) => (end = resolve)),
        (sign) => sign,
      );
      expect(waitMs()).toBe(1_000);
      end('dead');
      await probe;
    }
    expect(cooldowns).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('closes with the first success', async () => {
    await fail(8);
    now += 1_000;
    await exchange('alive');
    expect(waitMs()).toBe(0);
    await fail(7);
    expect(waitMs()).toBe(0);
  });

  it('a probe that its caller ended leaves the try to the next one', async () => {
    await fail(8);
    now += 1_000;
    await exchange('none');
    expect(waitMs()).toBe(0);
    const failing = circuits.through(
      URL,
      {},
      () => Promise.reject(new Error('a bug')),
      () => 'dead',
    );
    await expect(failing).rejects.toThrow('a bug');
    expect(waitMs()).toBe(0);
  });

  it('what was under way when it opened is no probe, but a success all the same', async () => {
    let end: (sign: CircuitOutcome) => void = () => {};
    const early = circuits.through(
      URL,
      {},
      () => new Promise<CircuitOutcome>((resolve) => (end = resolve)),
      (sign) => sign,
    );
    const other = circuits.through(
      URL,
      {},
      () => new Promise<CircuitOutcome>((resolve) => setTimeout(resolve, 1, 'dead')),
      (sign) => sign,
    );
    await fail(8);
    await other;
    expect(waitMs()).toBe(1_000);
    end('alive');
    await early;
    expect(waitMs()).toBe(0);
  });

  it('is for one API, of several behind a gateway too', async () => {
    await fail(8);
    expect(waitMs('https://provider.test/path/deeper?query')).toBe(1_000);
    expect(waitMs('https://provider.test/other')).toBe(0);
    expect(waitMs('https://other.test/path')).toBe(0);
  });
});
