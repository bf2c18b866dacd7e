/** Of the embedded store, in its directory. */
export const EMBEDDED_FILE = 'store.mdb';
