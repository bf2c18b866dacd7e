export { Keyring, type EncryptionKey } from './keyring.js';
export { type Credential, type CredentialSlot, type StoredCredential } from './credential.js';
export {
  CredentialRefresher,
  type FailedRefresh,
  type Refresh,
  type RefreshFailure,
  type RefreshOutcome,
  type RefreshTimes,
} from './credential-refresher.js';
export { holdLease } from './lease.js';
export { PAUSE_TIMES, refreshPauseKey, type PauseTimes, type PausingKind } from './refresh-pauses.js';
