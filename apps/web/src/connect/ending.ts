import type { ProblemDetails } from '../api/service-problem.js';

/** How an attempt to connect came to its end. */
export type Ending = { kind: 'connected'; connectionId: string } | { kind: 'failed'; problem: ProblemDetails };
