import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import {
  mountSmallDisk,
  redisCli,
  startMockProviders,
  startRedis,
  startSentinels,
  startService,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

/** A caller of a refresh waits three seconds for the store, and a command of a Redis that hangs two; the rest is for a slow machine. */
const REFUSED_WITHIN_MS = 15_000;
const HEALS_WITHIN_MS = 30_000;

let apart: MockProvidersProcess;
let apps: Apps;
beforeAll(async () => {
  apart = await startMockProviders();
  apps = new Apps(await unlimited(apart.mockProviders));
  // A refresh token works once: one that is spent and not stored is lost.
  await apps.become('airtable', { refreshGraceSeconds: 0 });
}, 60_000);
afterAll(() => apart?.stop());

const at = (id: string) => ({ params: { path: { id } } });

/** A service, and everything that an operator sees of it. */
class Observed {
  readonly causeway: CausewayClient;
  private readonly acknowledged: Connection[] = [];
  private linesBefore = 0;

  constructor(readonly service: Service) {
    this.causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  }

  async connect(): Promise<Connection> {
    const made = await connect(this.causeway, 'airtable', someone());
    this.acknowledged.push(made);
    return made;
  }

  /** What the log said of the store since the last call of `mark`. */
  lines(): string[] {
    return this.service
      .logs()
      .split('\n')
      .filter((line) => line.includes('"Store"'))
      .slice(this.linesBefore)
      .map((line) => (JSON.parse(line) as { message: string }).message);
  }

  mark(): void {
    this.linesBefore += this.lines().length;
  }

  async ready(): Promise<{ status: number; warnings: string[] }> {
    const { response, text } = await raw(`${this.service.url}/health/ready`, { key: null });
    const { parts } = JSON.parse(text) as { parts: { store: { warnings: { name: string }[] } } };
    return { status: response.status, warnings: parts.store.warnings.map(({ name }) => name) };
  }

  async metric(line: string): Promise<number> {
    const { text } = await raw(`${this.service.url}/metrics`, { key: null });
    return Number(
      text
        .split('\n')
        .find((found) => found.startsWith(`${line} `))
        ?.split(' ')[1] ?? 0,
    );
  }

  /** Every connection that was acknowledged is there, and its refresh token is good. */
  async expectWhole(): Promise<void> {
    await eventually(async () => expect((await this.ready()).status).toBe(200), HEALS_WITHIN_MS);
    for (const { id } of this.acknowledged) {
      await eventually(async () => {
        expect((await this.causeway.POST('/connections/{id}/refresh', at(id))).response.status).toBe(200);
      }, HEALS_WITHIN_MS);
    }
  }

  async expectFault(code: string, said: string, readsGoOn: boolean): Promise<void> {
    const { id } = this.acknowledged[0]!;
    const countBefore = await this.metric(`causeway_store_errors_total{code="${code}"}`);
    for (let call = 0; call < 2; call += 1) {
      const began = performance.now();
      const refused = await this.causeway.POST('/connections/{id}/refresh', at(id));
      expect(performance.now() - began).toBeLessThan(REFUSED_WITHIN_MS);
      // A nearly full disk may have room for one more.
      if (code === 'disk-full' && refused.response.status === 200) continue;
      expectProblem(refused, 'store-unavailable', 503);
      expect(refused.response.headers.get('retry-after')).toBe('1');
    }
    const read = await this.causeway.GET('/connections/{id}', at(id));
    expect(read.response.status).toBe(readsGoOn ? 200 : 503);
    await eventually(async () => {
      expect(await this.ready()).toEqual({ status: 503, warnings: expect.arrayContaining([code]) });
    });
    await eventually(async () => {
      await this.ready();
      expect(await this.metric(`causeway_store_errors_total{code="${code}"}`)).toBeGreaterThan(countBefore);
    });
    const lines = this.lines().filter((line) => line.includes('is unavailable'));
    expect(lines.filter((line) => line.includes(said))).toHaveLength(1);
    // A connection that breaks is another fault than one that is refused.
    expect(lines.length).toBeLessThanOrEqual(code === 'refused' ? 2 : 1);
    expect(this.lines().filter((line) => line.includes('available again'))).toEqual([]);
  }

  async expectHealed(): Promise<void> {
    await this.expectWhole();
    await eventually(
      () => expect(this.lines().filter((line) => line.includes('available again'))).toHaveLength(1),
      HEALS_WITHIN_MS,
    );
    await this.connect();
  }
}

describe('a Redis', () => {
  let redis: RedisServer;
  let observed: Observed;
  beforeAll(async () => {
    redis = await startRedis({ appendOnly: true });
    observed = new Observed(await startService({ env: { ...apps.environment(), REDIS_URL: redis.url } }));
    await observed.connect();
  }, 60_000);
  afterAll(async () => {
    await observed?.service.stop();
    await redis?.stop();
  });
  const cli = (...args: string[]) => redisCli(redis.port, ...args);
  const setting = (name: string, value: string) => cli('CONFIG', 'SET', name, value);

  interface Fault {
    name: string;
    code: string;
    said: string;
    readsGoOn: boolean;
    begin: () => unknown;
    end: () => unknown;
  }
  const faults: Fault[] = [
    {
      name: 'that is full',
      code: 'OOM',
      said: 'give it more memory',
      readsGoOn: true,
      begin: () => setting('maxmemory', '1mb'),
      end: () => setting('maxmemory', '0'),
    },
    {
      name: 'that is read-only',
      code: 'READONLY',
      said: 'this Redis is a replica',
      readsGoOn: true,
      begin: () => cli('REPLICAOF', '127.0.0.1', '1'),
      end: () => cli('REPLICAOF', 'NO', 'ONE'),
    },
    {
      name: 'whose user lacks a permission',
      code: 'NOPERM',
      said: 'lacks a permission',
      readsGoOn: true,
      begin: () => cli('ACL', 'SETUSER', 'default', '-eval', '-evalsha', '-set'),
      end: () => cli('ACL', 'SETUSER', 'default', '+@all'),
    },
    {
      name: 'with too few replicas',
      code: 'NOREPLICAS',
      said: 'min-replicas-to-write',
      readsGoOn: true,
      begin: () => setting('min-replicas-to-write', '1'),
      end: () => setting('min-replicas-to-write', '0'),
    },
    {
      name: 'that hangs',
      code: 'timeout',
      said: 'no response within',
      readsGoOn: false,
      begin: () => redis.pause(),
      end: () => redis.resume(),
    },
    {
      name: 'that is away',
      code: 'refused',
      said: 'nothing listens at this address',
      readsGoOn: false,
      begin: () => redis.kill(),
      end: () => redis.restart(),
    },
  ];
  test.each(faults)(
    '$name',
    async ({ code, said, readsGoOn, begin, end }) => {
      observed.mark();
      await begin();
      try {
        await observed.expectFault(code, said, readsGoOn);
      } finally {
        await end();
      }
      await observed.expectHealed();
    },
    120_000,
  );

  test('that evicts', async () => {
    observed.mark();
    await setting('maxmemory', '500mb');
    await setting('maxmemory-policy', 'allkeys-lru');
    // The next look is in five minutes, or after a connect.
    await cli('CLIENT', 'KILL', 'TYPE', 'normal');
    await eventually(async () => expect(await observed.ready()).toEqual({ status: 200, warnings: ['eviction'] }));
    expect(await observed.metric('causeway_store_warning{warning="eviction"}')).toBe(1);
    expect(observed.lines().filter((line) => line.startsWith('eviction: '))).toHaveLength(1);
    await setting('maxmemory-policy', 'noeviction');
    await cli('CLIENT', 'KILL', 'TYPE', 'normal');
    await eventually(async () => expect(await observed.ready()).toEqual({ status: 200, warnings: [] }));
    expect(await observed.metric('causeway_store_warning{warning="eviction"}')).toBe(0);
    await observed.expectWhole();
  }, 60_000);
});

test('a Redis that fails over', async () => {
  const password = 'the-password-of-redis';
  const group = await startSentinels(password);
  const REDIS_SENTINELS = group.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const sentinels = { REDIS_SENTINELS, REDIS_SENTINEL_NAME: group.name, REDIS_PASSWORD: password };
  const observed = new Observed(await startService({ env: { ...apps.environment(), ...sentinels } }));
  try {
    for (let made = 0; made < 5; made += 1) await observed.connect();
    observed.mark();
    const [master, replica] = group.servers;
    // What Redis acknowledged before its replica had it would be lost.
    await redisCli(master.port, '--no-auth-warning', '-a', password, 'WAIT', '1', '5000');
    await master.kill();
    await eventually(async () => expect(await group.masterPort()).toBe(replica.port), HEALS_WITHIN_MS);
    await observed.expectHealed();
    expect(observed.lines().filter((line) => line.includes('is unavailable')).length).toBeGreaterThan(0);
    expect(observed.service.logs()).not.toContain(password);
  } finally {
    await observed.service.stop();
    await group.stop();
  }
}, 150_000);

test('a full disk under the embedded store', async () => {
  const disk = await mountSmallDisk(16);
  if (disk === null) return;
  const observed = new Observed(await startService({ env: { ...apps.environment(), DATA_DIR: disk.directory } }));
  try {
    const { id } = await observed.connect();
    observed.mark();
    await disk.fill();
    // Some room is left inside the file: it ends with records that are added, and a refresh is the smaller write.
    await eventually(async () => {
      await observed.connect().catch(() => undefined);
      const { response } = await observed.causeway.POST('/connections/{id}/refresh', at(id));
      expect(response.status).toBe(503);
    }, HEALS_WITHIN_MS);
    await observed.expectFault('disk-full', 'the disk of DATA_DIR is full', true);
    await disk.makeRoom();
    await observed.expectHealed();
  } finally {
    await observed.service.stop();
    await disk.remove();
  }
}, 120_000);
