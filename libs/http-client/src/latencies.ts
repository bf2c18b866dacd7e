import { apiOf } from './circuit-breaker.js';

/** How much one more response moves the usual latency. */
const STEP = 0.1;
/** No more than this counts as a late arrival: the provider may also have been busy. */
const MAX_MS = 250;

/** How long a provider usually takes to respond: a request that takes far longer may have arrived there that much later. */
export class Latencies {
  private readonly usual = new Map<string, number>();

  /** Records the latency of one exchange. @returns how many milliseconds it is beyond the usual ones; 0 for most */
  beyondUsual(url: string, ms: number): number {
    const api = apiOf(url);
    const usual = this.usual.get(api) ?? ms;
    // Towards the median: an outlier moves it as little as any other response.
    this.usual.set(api, ms > usual ? usual + Math.min(ms - usual, STEP * usual) : usual - STEP * (usual - ms));
    return ms > 2 * usual + 2 ? Math.min(ms - usual, MAX_MS) : 0;
  }
}
