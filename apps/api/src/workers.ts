import cluster, { type Worker } from 'node:cluster';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsExchange } from './metrics/worker-metrics.js';
import { JsonLogger } from './operations/json-logger.js';

/** After so many deaths within this time, the fault is one that no restart mends. */
const MAX_DEATHS = 6;
const DEATHS_WITHIN_MS = 60_000;
const RESTART_MS = 100;
const LONGEST_RESTART_MS = 5_000;

/**
 * The primary process of several: it starts the workers, which share its port, and starts another one for each that dies. It serves nothing
 * itself, has no store, and ends when its workers have ended.
 */
export class Workers {
  private readonly logger = new JsonLogger();
  private deaths: number[] = [];
  private isStopping = false;
  private exitCode = 0;

  constructor(private readonly count: number) {}

  /** Resolves when the first one listens: what is wrong with the settings or the store is said once. */
  async start(): Promise<void> {
    const exchange = new MetricsExchange(() => this.running());
    cluster.on('message', (worker, message) => exchange.receive(worker, message as never));
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        this.isStopping = true;
        for (const worker of this.running()) worker.process.kill(signal);
      });
    const first = cluster.fork();
    const code = await new Promise<number | null>((resolve) => {
      first.once('listening', () => resolve(null));
      first.once('exit', (exitCode, signal) => resolve(codeOf(exitCode, signal)));
    });
    // It has said why.
    if (code !== null) process.exit(code);
    cluster.on('exit', (worker, exitCode, signal) => void this.replace(worker, codeOf(exitCode, signal)));
    for (let started = 1; started < this.count; started += 1) cluster.fork();
    this.logger.log(`${this.count} workers share the port`, 'Workers');
  }

  private running(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  }

  private async replace({ id }: Worker, code: number): Promise<void> {
    if (!this.isStopping) {
      const now = performance.now();
      this.deaths = [...this.deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
      if (this.deaths.length >= MAX_DEATHS) this.giveUp(code);
      else {
        const waitMs = Math.min(LONGEST_RESTART_MS, RESTART_MS * 2 ** (this.deaths.length - 1));
        this.logger.error(`worker ${id} has ended (${code}), another one starts in ${waitMs / 1000} s`, 'Workers');
        await sleep(waitMs);
        if (!this.isStopping) cluster.fork();
      }
    }
    if (this.isStopping && this.running().length === 0) process.exit(this.exitCode === 0 ? code : this.exitCode);
  }

  private giveUp(code: number): void {
    this.isStopping = true;
    this.exitCode = 1;
    const seconds = DEATHS_WITHIN_MS / 1000;
    this.logger.fatal(`${MAX_DEATHS} workers have ended within ${seconds} s (${code}): no more are started`, 'Workers');
    for (const worker of this.running()) worker.process.kill('SIGTERM');
  }
}

/** As a shell counts it: 128 and the number of the signal. */
function codeOf(code: number | null, signal: string | null): number {
  return code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
