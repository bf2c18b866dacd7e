import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { redisCli, startRedis } from '@causeway/testing';
import { eventually } from './eventually.js';

/** `startRedis` leaves nothing behind, whatever happens to the test. */
const HELPER = new URL('../../testing/src/redis-server.ts', import.meta.url).href;
const STARTER = `
  const { startRedis } = await import('${HELPER}');
  console.log((await startRedis()).port);
  setInterval(() => {}, 1000);
`;

const directoryOf = async (port: number) => (await redisCli(port, 'CONFIG', 'GET', 'dir')).split('\n')[1]!;
const isGone = (port: number) => expect(redisCli(port, 'PING')).rejects.toThrow('Connection refused');

it('leaves no server and no directory behind when the test process is killed', async () => {
  const hooks = fileURLToPath(new URL('process/typescript.mjs', import.meta.url));
  const args = ['--conditions=source', '--import', hooks, '--input-type=module', '--eval', STARTER];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const port = Number(String(said[0]));
  const directory = await directoryOf(port);
  child.kill('SIGKILL');
  await eventually(async () => {
    await isGone(port);
    expect(existsSync(directory)).toBe(false);
  });
});

it('leaves nothing behind when it is stopped, even while it hangs', async () => {
  const redis = await startRedis();
  const directory = await directoryOf(redis.port);
  redis.pause();
  await redis.stop();
  await isGone(redis.port);
  expect(existsSync(directory)).toBe(false);
});

it('starts again on its port with its data', async () => {
  const redis = await startRedis({ appendOnly: true });
  await redisCli(redis.port, 'SET', 'key', 'value');
  await redis.kill();
  await isGone(redis.port);
  await redis.restart();
  expect(await redisCli(redis.port, 'GET', 'key')).toBe('value');
  await redis.stop();
});

it('reports why the server does not start', async () => {
  await expect(startRedis({ args: ['--no-such-option', 'yes'] })).rejects.toThrow('no-such-option');
});
