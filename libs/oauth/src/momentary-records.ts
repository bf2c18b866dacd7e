import type { Ref } from '@causeway/store';
import { isAuthorization } from './authorization-requests.js';
import { isOpenRequest } from './open-requests.js';
import { isRefreshPause } from './refresh-backoff.js';

/** Whether a value lasts for some minutes only, and is in no copy of a store: authorizations in progress and pauses of refreshes. */
export function isMomentary(ref: Ref): boolean {
  return isAuthorization(ref) || isOpenRequest(ref) || isRefreshPause(ref);
}
