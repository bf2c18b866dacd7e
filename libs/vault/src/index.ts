export { Keyring, type EncryptionKey } from './keyring.js';
export { type Credential, type CredentialSlot, type StoredCredential } from './credential.js';
export {
  CredentialRefresher,
  type Refresh,
  type RefreshFailure,
  type RefreshOutcome,
  type RefreshTimes,
} from './credential-refresher.js';
export { holdLease } from './lease.js';
