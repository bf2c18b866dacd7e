import { Problem } from '@causeway/problem';
import type { RecordStoreObserver } from './record-store.js';

/** Clients see the same sentence for every cause, which may name hosts and users; the cause is for the log. */
export class Failures {
  private reported: string | null = null;

  constructor(private readonly observer: RecordStoreObserver) {}

  succeeded(): void {
    this.reported = null;
  }

  problemOf(cause: unknown): Problem {
    if (cause instanceof Problem) return cause;
    const message = cause instanceof Error ? cause.message : 'unknown error';
    if (message !== this.reported) this.observer.report(message);
    this.reported = message;
    const sentence =
      'The store of syncs cannot be used at the moment. Try again in a moment; if it lasts, the log of the service says why.';
    return new Problem('store-unavailable', sentence, { retryAfter: 1 }, { cause });
  }
}
