import type { TransferOutcome } from '../../connections/connection-transfer.js';

/** One connection to import: what it is called in the report, and what imports it. */
export interface Candidate {
  name: string;
  run: (options: { replace: boolean; dryRun: boolean }) => Promise<TransferOutcome>;
  /** Of the connection, once that is there; `null`: there is no store for syncs. */
  syncs?: { count: number; run: () => Promise<number | null> };
}
