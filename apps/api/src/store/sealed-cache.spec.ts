import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Keyring } from '@causeway/crypto';
import { openStore } from '@causeway/store';
import { openTemporaryStore, startRedis } from '@causeway/testing';
import { SealedCache } from './sealed-cache.js';

const keyring = new Keyring([{ id: 'k1', secret: Buffer.alloc(32, 'a secret') }]);

const KB = 1024;

/** In front of a Redis: what a connection that reads or writes the cache is sent never arrives. */
async function startStallingProxy(port: number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    let isStalled = false;
    client.on('data', (bytes: Buffer) => {
      isStalled ||= bytes.includes('causeway:cache:');
      redis.write(bytes);
    });
    redis.on('data', (bytes: Buffer) => {
      if (!isStalled) client.write(bytes);
    });
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          client.destroy();
          redis.destroy();
        });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe('SealedCache', () => {
  it.each([
    ['a value of 250 kB', 250 * KB, 1],
    ['no value of 260 kB', 260 * KB, 3],
  ])('keeps %s', async (_, size, loads) => {
    const { store, remove } = await openTemporaryStore();
    const cache = new SealedCache(store, keyring);
    let loaded = 0;
    const load = async () => {
      loaded += 1;
      return 'x'.repeat(size);
    };
    for (let i = 0; i < 3; i += 1) expect(await cache.getOrLoad('name', 60_000, load)).toHaveLength(size);
    expect(loaded).toBe(loads);
    await remove();
  });

  it('answers without a cache that does not, and keeps no other command waiting', async () => {
    const redis = await startRedis();
    const proxy = await startStallingProxy(redis.port);
    const store = await openStore({ kind: 'redis', url: `redis://127.0.0.1:${proxy.port}` });
    const cache = new SealedCache(store, keyring);
    await store.commitIfUnchanged('partition', { put: [{ key: 'key', value: 'value' }] });
    const began = performance.now();
    const loading = cache.getOrLoad('name', 60_000, async () => 'loaded');
    expect(await store.get({ partition: 'partition', key: 'key' })).toBe('value');
    expect(await loading).toBe('loaded');
    // The timeout of a command is two seconds.
    expect(performance.now() - began).toBeLessThan(1_500);
    await store.close();
    proxy.stop();
    await redis.stop();
  });
});
