export { Keyring, type EncryptionKey } from './keyring.js';
