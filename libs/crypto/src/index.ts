export { Keyring, type EncryptionKey } from './keyring.js';
export { MacKeys } from './mac-keys.js';
export { SealingKeys, keyIdOf } from './sealing-keys.js';
