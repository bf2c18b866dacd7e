export { Store, type Change, type LogEntry, type Rate, type Ref } from './store.js';
export { openStore, type StoreOptions } from './open-store.js';
