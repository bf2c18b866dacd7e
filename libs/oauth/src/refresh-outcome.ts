import type { Problem } from '@causeway/problem';
import type { Credential } from './credential.js';
import type { RefreshPause } from './refresh-backoff.js';

/** How a token endpoint rejected a refresh. */
export interface RefreshFailure {
  /**
   * `revoked`: the grant was revoked or has expired, and the user has to authorize again. `configuration`: our client id or secret is
   * wrong, and the operator has to correct it. `conflict`: another refresh of the same token has just happened. `transient`: try later.
   */
  kind: 'revoked' | 'configuration' | 'conflict' | 'transient';
  /** The provider's short error code. */
  code: string;
  problem: Problem;
  pause?: RefreshPause | undefined;
}

export type RefreshOutcome = { credential: Credential } | { failure: RefreshFailure };

/** Sends a credential's refresh token to the provider; does not throw for an error response. */
export type Refresh = (credential: Credential) => Promise<RefreshOutcome>;
