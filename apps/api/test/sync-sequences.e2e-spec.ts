import { describeSyncSequences } from './support/describe-sync-sequences.js';

/** `npm run test:chaos -- sync-sequences` runs five hundred for each store. */
describeSyncSequences({ size: 30, failing: 1, interrupted: 1 });
