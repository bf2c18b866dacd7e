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
      // Not `ping`, whose last success is shared for a second.
      await eventually(() => store.get({ partition: 'partition', key: 'key' }));
      return store;
    },
    close: async () => {
      await store.close();
      await redis.stop();
    },
  };
});
