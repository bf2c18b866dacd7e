import { startRedis } from '@causeway/testing';
import { openStore } from '../src/index.js';
import { eventually } from './eventually.js';
import { describeStore } from './store.contract.js';

describeStore('The Redis store', async () => {
  const redis = await startRedis({ appendOnly: true });
  const store = await openStore({ kind: 'redis', url: redis.url });
  return {
    store,
    reopen: async () => {
      await redis.restart();
      await eventually(() => store.ping());
      return store;
    },
    close: async () => {
      await store.close();
      await redis.stop();
    },
  };
});
