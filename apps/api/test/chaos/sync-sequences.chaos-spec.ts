import { describeSyncSequences } from '../support/describe-sync-sequences.js';

/** Twelve batches and eight: five hundred sequences for each store. `SYNC_SEED` and `SYNC_PATH` run one that failed again. */
describeSyncSequences({ size: 25, failing: 12, interrupted: 8 });
