import { Injectable } from '@nestjs/common';

/** How the process ends, for those that have something to do about it. The signals are aborted once, in this order. */
@Injectable()
export class Shutdown {
  private readonly drain = new AbortController();
  private readonly end = new AbortController();
  private readinessAskedAt = -Infinity;

  /** The process is to get no new requests, but serves those that come: readiness is gone, and connections are closed after a response. */
  readonly draining: AbortSignal = this.drain.signal;

  /** What still runs ends now, as `shutting-down`. A refresh that has begun is finished and stored all the same. */
  readonly ending: AbortSignal = this.end.signal;

  startDraining(): void {
    this.drain.abort();
  }

  startEnding(): void {
    this.end.abort();
  }

  noteReadinessCheck(): void {
    this.readinessAskedAt = performance.now();
  }

  /** Whether a proxy or an orchestrator may be following the readiness of this process. */
  isReadinessWatched(withinMs: number): boolean {
    return performance.now() - this.readinessAskedAt < withinMs;
  }
}
