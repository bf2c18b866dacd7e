import { CausewayError, unwrap } from './causeway-error.js';
import type { CausewayClient } from './client.js';
import { pause } from './pause.js';
import type { components } from './schema.js';

export type Sync = components['schemas']['SyncDto'];
export type SyncRun = components['schemas']['SyncRunDto'];
export type Change = components['schemas']['ChangeDto'];

export interface FollowSyncOptions {
  syncId: string;
  /** The cursor that came with the changes that were applied last. Default: from the beginning of the feed. */
  cursor?: string | null;
  /** At most so many changes at once, 1 to 1000. */
  limit?: number;
  /** Ends when all changes up to now were given, instead of waiting for further ones. */
  once?: boolean;
  /**
   * Called when the cursor is too old: forget what is known of the sync, and its cursor. It is then followed from its beginning.
   * Default: `cursor-too-old` is thrown.
   */
  startOver?: () => void | Promise<void>;
  signal?: AbortSignal;
}

/** Some changes, in their order, and where the feed goes on after them: keep `cursor` together with what the changes are applied to. */
export interface SyncChanges {
  changes: Change[];
  cursor: string;
}

const WAIT_SECONDS = 30;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** With these, the same request never works. */
const LASTING = [400, 401, 403, 404, 409, 410];

/**
 * Follows the changes of a sync and waits for further ones; while the service cannot be reached, it tries again.
 * @throws CausewayError `cursor-too-old` without `startOver`, `unknown-sync`, and others that last; with `once`, any
 * @throws the reason with which `signal` was aborted
 */
export async function* followSync(
  client: CausewayClient,
  { syncId, cursor = null, limit = 500, once = false, startOver, signal }: FollowSyncOptions,
): AsyncGenerator<SyncChanges, void> {
  let after = cursor;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const query = { limit, waitSeconds: once ? 0 : WAIT_SECONDS, ...(after !== null && { cursor: after }) };
      const params = { path: { id: syncId }, query };
      const sentAt = performance.now();
      const page = await unwrap(client.GET('/syncs/{id}/changes', { params, ...(signal && { signal }) }));
      failures = 0;
      after = page.nextCursor;
      if (page.changes.length > 0) yield { changes: page.changes, cursor: after };
      if (once && !page.more) return;
      // A service that is shutting down does not wait.
      const isEarly = performance.now() - sentAt < FIRST_PAUSE_MS;
      if (page.changes.length === 0 && isEarly) await pause(FIRST_PAUSE_MS, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const { status, slug, retryAfter = 0 } = error instanceof CausewayError ? error.problem : {};
      if (slug === 'cursor-too-old' && after !== null && startOver !== undefined) {
        await startOver();
        after = null;
        continue;
      }
      if (once || (status !== undefined && LASTING.includes(status))) throw error;
      failures += 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      await pause(Math.max(pauseMs, retryAfter * 1000), signal);
    }
  }
}
