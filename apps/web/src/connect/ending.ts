import type { ShownProblem } from '../api/service-problem.js';
import { texts } from '../texts.js';

/** How an attempt to connect came to its end. */
export type Ending =
  | { kind: 'connected'; connectionId: string }
  | { kind: 'closed' }
  | { kind: 'timed-out' }
  | { kind: 'failed'; problem: ShownProblem };

/** The sentence for an end without a connection. */
export function troubleOf(ending: Exclude<Ending, { kind: 'connected' }>): ShownProblem {
  switch (ending.kind) {
    case 'closed':
      return texts.endings.closed;
    case 'timed-out':
      return texts.endings.timedOut;
    case 'failed':
      return ending.problem;
  }
}
