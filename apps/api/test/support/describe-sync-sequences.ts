import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { productionEnvironment, unlimited } from './production.js';
import { checkSequences, Tally } from './sync-sequences.js';

export interface SequencesPerStore {
  /** Sequences that run at the same time. */
  size: number;
  /** While the provider fails now and then. */
  failing: number;
  /** While the process is killed and restarted. */
  interrupted: number;
}

/** The same for each store; what was done is printed. */
export function describeSyncSequences({ size, failing, interrupted }: SequencesPerStore): void {
  let apart: MockProvidersProcess;
  beforeAll(async () => {
    apart = await startMockProviders();
    await unlimited(apart.mockProviders);
  });
  afterAll(() => apart?.stop());

  describe.each(['embedded', 'redis'])('with the %s store', (kind) => {
    let service: Service;
    let redis: RedisServer | undefined;
    let postgres: PostgresServer | undefined;
    const tally = new Tally();
    let began = 0;
    beforeAll(async () => {
      began = performance.now();
      const env = { ...productionEnvironment(apart.mockProviders), SYNC_CONCURRENCY: '8' };
      if (kind === 'redis') [redis, postgres] = await Promise.all([startRedis({ appendOnly: true }), startPostgres()]);
      const shared = redis && postgres && { REDIS_URL: redis.url, DATABASE_URL: (await postgres.database()).url };
      service = await startService({ env: { ...env, ...shared } });
    }, 60_000);
    afterAll(async () => {
      await Promise.all([service?.stop(), redis?.stop()]);
      await postgres?.stop();
      process.stdout.write(
        `${kind}: ${JSON.stringify(tally)} in ${Math.round((performance.now() - began) / 1000)} s\n`,
      );
    });

    test.each([
      ['while the provider fails now and then', failing, false],
      ['while the process is killed and restarted', interrupted, true],
    ])(
      'the feed leads every reader to what the provider has, %s',
      async (_, batches, interrupted) => {
        const under = { service, mockProviders: apart.mockProviders };
        await checkSequences(under, { batches, size, interrupted }, tally);
      },
      3_000_000,
    );
  });
}
