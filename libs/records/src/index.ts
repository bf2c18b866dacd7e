export * from './record-store.js';
export { openRecordStore } from './open-record-store.js';
