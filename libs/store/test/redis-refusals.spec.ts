import { mountSmallDisk, redisCli, startRedis, type RedisServer } from '@causeway/testing';
import { openStore, type Store, type StoreWarning } from '../src/index.js';
import { eventually } from './eventually.js';

let redis: RedisServer;
let store: Store;
let reports: string[];
let failures: string[];
let warnings: readonly StoreWarning[];

const cli = (...args: string[]) => redisCli(redis.port, ...args);
const setting = (name: string, value: string) => cli('CONFIG', 'SET', name, value);
const write = (key: string, value = 'value') => store.commitIfUnchanged('partition', { put: [{ key, value }] });
const read = (key: string) => store.get({ partition: 'partition', key });
const lines = (part: string) => reports.filter((line) => line.includes(part));

async function open(url = redis.url, areSettingsAccepted = false): Promise<void> {
  [reports, failures, warnings] = [[], [], []];
  store = await openStore({
    kind: 'redis',
    url,
    areSettingsAccepted,
    report: (line) => reports.push(line),
    onFailure: (code) => failures.push(code),
    onWarnings: (found) => (warnings = found),
  });
}

beforeAll(async () => {
  redis = await startRedis({ appendOnly: true });
});
afterAll(() => redis.stop());
afterEach(() => store.close());

describe('A Redis that refuses writes', () => {
  const cases: [
    name: string,
    code: string,
    advice: string,
    begin: () => Promise<unknown>,
    end: () => Promise<unknown>,
  ][] = [
    ['is full', 'OOM', 'maxmemory', () => setting('maxmemory', '1mb'), () => setting('maxmemory', '0')],
    [
      'has too few replicas',
      'NOREPLICAS',
      'min-replicas-to-write',
      () => setting('min-replicas-to-write', '1'),
      () => setting('min-replicas-to-write', '0'),
    ],
    [
      'is a replica',
      'READONLY',
      'REDIS_SENTINELS',
      () => cli('REPLICAOF', '127.0.0.1', '1'),
      () => cli('REPLICAOF', 'NO', 'ONE'),
    ],
    [
      'permits no script',
      'NOPERM',
      'docs/production/redis.md',
      () => cli('ACL', 'SETUSER', 'default', '-eval', '-evalsha'),
      () => cli('ACL', 'SETUSER', 'default', '+@all'),
    ],
    [
      'permits no command of a script',
      'NOPERM',
      'docs/production/redis.md',
      () => cli('ACL', 'SETUSER', 'default', '-zadd'),
      () => cli('ACL', 'SETUSER', 'default', '+@all'),
    ],
  ];

  it.each(cases)(
    '%s: %s is reported once, counted for each call, and over by itself',
    async (_, code, advice, begin, end) => {
      await open();
      await write('kept', 'before');
      await begin();
      for (let call = 0; call < 3; call += 1) {
        const began = performance.now();
        const refused = store.commitIfUnchanged('partition', {
          put: [{ key: 'key', value: 'x'.repeat(1_000) }],
          addToIndex: [{ index: 'index', member: 'member' }],
        });
        await expect(refused).rejects.toMatchObject({ slug: 'store-unavailable', details: { retryAfter: 1 } });
        expect(performance.now() - began).toBeLessThan(1_000);
        // Reads go on.
        expect(await read('kept')).toBe('before');
      }
      await eventually(() => expect(store.ping()).rejects.toMatchObject({ slug: 'store-unavailable' }));
      expect(store.warnings().map(({ name }) => name)).toContain(code);
      expect(failures.filter((failure) => failure === code).length).toBeGreaterThanOrEqual(3);
      expect(lines('Redis is unavailable')).toEqual([expect.stringMatching(new RegExp(`${code}|permission`))]);
      expect(lines('Redis is unavailable')[0]).toContain(advice);
      expect(lines('available again')).toEqual([]);

      await end();
      await eventually(() => store.ping());
      expect(await write('after')).toBe(true);
      await eventually(() => expect(lines('available again')).toHaveLength(1));
      expect(store.warnings().map(({ name }) => name)).not.toContain(code);
      expect(await read('kept')).toBe('before');
    },
  );

  it('cannot save: MISCONF is reported with what to do, and over when there is room', async () => {
    const disk = await mountSmallDisk(4);
    if (disk === null) return open();
    const full = await startRedis({ args: ['--dir', disk.directory, '--save', '3600 1'] });
    const save = async (status: string) => {
      await redisCli(full.port, 'BGSAVE').catch(() => '');
      await eventually(async () => {
        expect(await redisCli(full.port, 'INFO', 'persistence')).toContain(`rdb_last_bgsave_status:${status}`);
      });
    };
    await open(full.url, true);
    await write('kept', 'before');
    await disk.fill();
    await save('err');
    await expect(write('refused')).rejects.toMatchObject({ slug: 'store-unavailable' });
    expect(await read('kept')).toBe('before');
    await eventually(() => expect(lines('MISCONF')).toEqual([expect.stringContaining('make room there')]));
    await disk.makeRoom();
    await save('ok');
    await eventually(() => expect(reports.at(-1)).toBe('Redis is available again'));
    expect(await write('after')).toBe(true);
    await full.stop();
    await disk.remove();
  });

  it('is asked at most once a second, however many ask', async () => {
    await open();
    await cli('FLUSHALL');
    const evaluated = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await cli('INFO', 'commandstats'))?.[1] ?? 0);
    await store.ping();
    const before = await evaluated();
    await Promise.all(Array.from({ length: 500 }, () => store.ping()));
    expect((await evaluated()) - before).toBeLessThanOrEqual(4);
    expect(await cli('KEYS', '*probe*')).toBe('');
  });
});

describe('The settings of a Redis', () => {
  const reset = () =>
    Promise.all([
      setting('maxmemory', '0'),
      setting('maxmemory-policy', 'noeviction'),
      setting('appendfsync', 'always'),
      setting('appendonly', 'yes'),
      setting('save', ''),
    ]);
  afterEach(reset);

  const cases: [name: string, settings: [string, string][]][] = [
    [
      'eviction',
      [
        ['maxmemory', '500mb'],
        ['maxmemory-policy', 'allkeys-lru'],
      ],
    ],
    [
      'eviction',
      [
        ['maxmemory', '500mb'],
        ['maxmemory-policy', 'volatile-ttl'],
      ],
    ],
    ['no-persistence', [['appendonly', 'no']]],
    [
      'snapshots-only',
      [
        ['appendonly', 'no'],
        ['save', '3600 1'],
      ],
    ],
    ['fsync-everysec', [['appendfsync', 'everysec']]],
    ['fsync-no', [['appendfsync', 'no']]],
  ];
  it.each(cases)('%s is a warning that is reported once, and can be accepted (%j)', async (name, settings) => {
    for (const [key, value] of settings) await setting(key, value);
    await open();
    expect(warnings.map((warning) => warning.name)).toEqual([name]);
    expect(lines(`${name}: `)).toHaveLength(1);
    expect(store.warnings()).toEqual(warnings);
    await store.ping();
    await store.close();

    await open(redis.url, true);
    expect([warnings, reports]).toEqual([[], []]);
  });

  it('that are safe are no warning', async () => {
    await open();
    expect([warnings, reports]).toEqual([[], []]);
  });

  it('memory that is nearly full is a warning also where the settings are accepted', async () => {
    const used = Number(/used_memory:(\d+)/.exec(await cli('INFO', 'memory'))?.[1]);
    await setting('maxmemory', `${Math.floor(used * 1.05)}`);
    await open(redis.url, true);
    expect(warnings.map(({ name }) => name)).toEqual(['memory-nearly-full']);
  });

  it.each([
    ['CONFIG', ['-config']],
    ['INFO and CONFIG', ['-config', '-info']],
  ])('that cannot be looked at, without %s, are a warning and nothing else', async (_, denied) => {
    await cli('ACL', 'SETUSER', 'managed', 'on', '>secret', '~*', '&*', '+@all', ...denied);
    await open(`redis://managed:secret@127.0.0.1:${redis.port}`);
    expect(warnings.map(({ name }) => name)).toEqual(['not-inspected']);
    expect(failures).toEqual([]);
    await store.ping();
  });
});
