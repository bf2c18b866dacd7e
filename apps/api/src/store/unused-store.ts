import { hasEmbeddedStore, openStore } from '@causeway/store';
import type { Configuration } from '../configuration/configuration.js';

const CONNECTION = 'connection:';

/** Whether DATA_DIR holds connections of a time before Redis was configured. */
export async function hasUnusedConnections({
  store,
  dataDirectory,
}: Pick<Configuration, 'store' | 'dataDirectory'>): Promise<boolean> {
  if (store.kind === 'embedded' || !hasEmbeddedStore(dataDirectory)) return false;
  const unused = await openStore({ kind: 'embedded', directory: dataDirectory });
  try {
    for await (const values of unused.scan()) if (values.some(({ ref }) => ref.key.startsWith(CONNECTION))) return true;
    return false;
  } finally {
    await unused.close();
  }
}
