import { freePort, startRedis, type RedisServer } from '#testing';
import { eventually } from './eventually.js';
import { redisCli } from './redis-cli.js';

const SLOTS = 16_384;

export interface RedisCluster {
  nodes: RedisServer[];
  /** Resolves when every node knows every other and serves its slots. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

/** Three masters. `redis-cli --cluster create` does the same, and takes its time. */
export async function startCluster(size = 3): Promise<RedisCluster> {
  const buses = await Promise.all(Array.from({ length: size }, freePort));
  const nodes = await Promise.all(
    buses.map((bus) =>
      startRedis({
        appendOnly: true,
        // A node that is away is no reason for the others to refuse: how an outage of a part looks.
        args: ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-require-full-coverage', 'no'],
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
  const whole = () =>
    eventually(async () => {
      for (const { port } of nodes) {
        const info = await redisCli(port, 'CLUSTER', 'INFO');
        if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${size}`)) throw new Error(info);
        if (!info.includes(`cluster_slots_ok:${SLOTS}`)) throw new Error(info);
      }
    });
  await whole();
  return { nodes, whole, stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))) };
}
