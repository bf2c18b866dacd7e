import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/index.js';
import { describeStore } from './store.contract.js';

describeStore('The embedded store', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'causeway-store-'));
  const directory = join(parent, 'data.d');
  let store = await openStore({ kind: 'embedded', directory });
  return {
    store,
    reopen: async () => {
      await store.close();
      return (store = await openStore({ kind: 'embedded', directory }));
    },
    close: async () => {
      await store.close();
      await rm(parent, { recursive: true });
    },
  };
});
