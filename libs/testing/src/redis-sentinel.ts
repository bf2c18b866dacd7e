import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisCli } from './redis-cli.js';
import { startRedis, type RedisServer } from './redis-server.js';

const READY_MS = 20_000;

export interface SentinelGroup {
  /** The first one is the master at the beginning. */
  servers: [RedisServer, RedisServer];
  sentinels: RedisServer[];
  name: string;
  /** The port of the master as the Sentinels name it. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

/** A master with one replica, and three Sentinels that begin a fail-over when it has been away for a second. */
export async function startSentinels(password: string): Promise<SentinelGroup> {
  const name = 'main';
  const secret = ['--requirepass', password, '--masterauth', password];
  const directory = await mkdtemp(join(tmpdir(), 'causeway-sentinels-'));
  const master = await startRedis({ appendOnly: true, args: secret });
  const replica = await startRedis({
    appendOnly: true,
    args: [...secret, '--replicaof', '127.0.0.1', `${master.port}`, '--repl-diskless-sync-delay', '0'],
  });
  const sentinels = await Promise.all(
    [1, 2, 3].map(async (number) => {
      // A Sentinel writes into its file, so it needs one.
      const file = join(directory, `${number}.conf`);
      const lines = [
        `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
        `sentinel auth-pass ${name} ${password}`,
        `sentinel down-after-milliseconds ${name} 1000`,
        `sentinel failover-timeout ${name} 5000`,
      ];
      await writeFile(file, lines.join('\n'));
      return startRedis({ file, args: ['--sentinel'] });
    }),
  );
  const ask = (sentinel: RedisServer, ...args: string[]) => redisCli(sentinel.port, 'SENTINEL', ...args, name);
  for (const end = performance.now() + READY_MS; ; await sleep(100)) {
    const states = await Promise.all(sentinels.map((sentinel) => ask(sentinel, 'MASTER')));
    const replication = await redisCli(master.port, '--no-auth-warning', '-a', password, 'INFO', 'replication');
    // The master knows a replica before that one is in step.
    const isInStep = /^slave0:.*,state=online,/m.test(replication);
    if (isInStep && states.every((state) => /num-slaves\n1\nnum-other-sentinels\n2/.test(state))) break;
    if (performance.now() > end) throw new Error('the Sentinels do not find each other, or the replica not its master');
  }
  return {
    servers: [master, replica],
    sentinels,
    name,
    masterPort: async () => Number((await ask(sentinels[0]!, 'GET-MASTER-ADDR-BY-NAME')).split('\n')[1]),
    async stop() {
      await Promise.all([...sentinels, master, replica].map((server) => server.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
