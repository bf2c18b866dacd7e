import { setTimeout as sleep } from 'node:timers/promises';
import { redisCli as runRedisCli } from './redis-cli.js';
import { freePort, startRedis, type RedisServer, type RedisServerOptions } from './redis-server.js';

const SLOTS = 16_384;
const WHOLE_MS = 20_000;

export interface RedisCluster {
  nodes: RedisServer[];
  /** Resolves when every node knows every other one and serves its slots. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Masters without replicas. `redis-cli --cluster create` does the same, and takes seconds.
 * @param options further ones of each server
 * @param cliArgs what `redis-cli` needs for such a server
 */
export async function startCluster(
  size = 3,
  options: RedisServerOptions = {},
  cliArgs: string[] = [],
): Promise<RedisCluster> {
  const redisCli = (port: number, ...command: string[]) => runRedisCli(port, ...cliArgs, ...command);
  const buses = await Promise.all(Array.from({ length: size }, freePort));
  const nodes = await Promise.all(
    buses.map((bus) =>
      startRedis({
        appendOnly: true,
        ...options,
        // The other nodes go on serving their slots when one fails.
        args: [
          ...['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-require-full-coverage', 'no'],
          ...(options.args ?? []),
        ],
      }),
    ),
  );
  const width = Math.ceil(SLOTS / size);
  await Promise.all(
    nodes.map(async ({ port }, i) => {
      const last = Math.min((i + 1) * width, SLOTS) - 1;
      await redisCli(port, 'CLUSTER', 'ADDSLOTSRANGE', `${i * width}`, `${last}`);
      await redisCli(port, 'CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`);
    }),
  );
  for (const [i, { port }] of nodes.entries()) {
    await redisCli(nodes[0]!.port, 'CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${buses[i]}`);
  }
  const isWhole = async (port: number) => {
    const info = await redisCli(port, 'CLUSTER', 'INFO');
    return ['cluster_state:ok', `cluster_known_nodes:${size}`, `cluster_slots_ok:${SLOTS}`].every((fact) =>
      info.includes(fact),
    );
  };
  const whole = async () => {
    for (const end = performance.now() + WHOLE_MS; performance.now() < end; await sleep(10)) {
      // A node that is still starting refuses connections.
      const known = await Promise.all(nodes.map(({ port }) => isWhole(port).catch(() => false)));
      if (known.every(Boolean)) return;
    }
    throw new Error('the Redis Cluster does not become whole');
  };
  await whole();
  return { nodes, whole, stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))) };
}
