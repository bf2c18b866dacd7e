import { Latencies } from './latencies.js';

const URL = 'https://provider.test/path';

describe('Latencies', () => {
  const after = (...earlier: number[]) => {
    const latencies = new Latencies();
    for (const ms of earlier) latencies.beyondUsual(URL, ms);
    return latencies;
  };

  it('takes the first latency for usual', () => {
    expect(after().beyondUsual(URL, 500)).toBe(0);
  });

  it('returns 0 for a latency of up to about twice the usual one', () => {
    const latencies = after(100, 90, 120, 110);
    for (const ms of [80, 100, 150, 190]) expect(latencies.beyondUsual(URL, ms)).toBe(0);
  });

  it('returns the excess of a far longer latency, up to a quarter of a second', () => {
    const usual = Array.from({ length: 20 }, () => 10);
    expect(after(...usual).beyondUsual(URL, 80)).toBeCloseTo(70);
    expect(after(...usual).beyondUsual(URL, 8_000)).toBe(250);
  });

  it('follows a provider that becomes slower for good, and keeps APIs apart', () => {
    const latencies = after(10, 10);
    for (let i = 0; i < 50; i += 1) latencies.beyondUsual(URL, 200);
    expect(latencies.beyondUsual(URL, 200)).toBe(0);
    expect(latencies.beyondUsual('https://other.test/', 10)).toBe(0);
  });
});
