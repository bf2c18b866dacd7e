import { UNCOUNTED, type PageMemory } from './load-memory.js';

export interface PaginatorOptions {
  /** Pages of all lists that may be on their way or in memory. */
  concurrency: number;
  /** Pages of one list that may be fetched before the pages in front of them are given. */
  ahead: number;
  /** How often a list begins again when the provider has forgotten its cursor. */
  restarts: number;
  /** Whether `remaining` has the lists that could not be read, for another try. */
  keepsFailed: boolean;
  memory: PageMemory;
}

/** For a page of ours: nothing is fetched before it is wanted. */
export const SEQUENTIAL: PaginatorOptions = {
  concurrency: 1,
  ahead: 0,
  restarts: 0,
  keepsFailed: false,
  memory: UNCOUNTED,
};

/** For a stream: enough to use several rate limits of a provider that answers in half a second. */
export const SIDE_BY_SIDE: PaginatorOptions = {
  concurrency: 32,
  ahead: 1,
  restarts: 3,
  keepsFailed: true,
  memory: UNCOUNTED,
};
