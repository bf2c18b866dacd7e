import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '@causeway/store';

/** An embedded store in a temporary directory. */
export async function openTemporaryStore(): Promise<{ store: Store; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-store-'));
  const store = await openStore({ kind: 'embedded', directory });
  return {
    store,
    async remove() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
