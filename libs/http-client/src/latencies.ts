import { apiOf } from './api-of.js';

/** How much one more answer moves what is taken for usual. */
const STEP = 0.1;
/** No more than this is taken for a late arrival: a provider may also have had much to do. */
const LONGEST_MS = 250;

/** How long a provider usually takes: what takes far longer may have arrived there that much later. */
export class Latencies {
  private readonly usual = new Map<string, number>();

  /** Takes note of one exchange. @returns the milliseconds that are beyond what is usual there; 0 for most */
  beyondUsual(url: string, ms: number): number {
    const api = apiOf(url);
    const usual = this.usual.get(api) ?? ms;
    // Towards the median: outliers move it as little as anything else does.
    this.usual.set(api, ms > usual ? usual + Math.min(ms - usual, STEP * usual) : usual - STEP * (usual - ms));
    return ms > 2 * usual + 2 ? Math.min(ms - usual, LONGEST_MS) : 0;
  }
}
