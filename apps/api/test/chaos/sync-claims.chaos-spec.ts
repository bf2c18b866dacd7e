import { createCauseway, unwrap, type CausewayClient, type SyncRun } from '@causeway/client';
import { startMockProviders, startPostgres, startRedis } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from '../support/connect.js';
import { persistently } from '../support/edited-sync.js';
import { encryptionKeys, ADMIN_KEY, startProduction, unlimited } from '../support/production.js';
import { runsOf } from '../support/sync-runs.js';

const ORGANIZATIONS = 50;
const USERS = 5;
const TYPES = ['contact', 'company', 'deal', 'ticket'];
const SYNCS = ORGANIZATIONS * USERS * TYPES.length;
const PERIOD_SECONDS = 300;
const TIMEOUT_MS = 1_800_000;
/** HubSpot's documented limit, of each portal and app. */
const LIMIT = { requests: 110, seconds: 10 };

interface Made {
  id: string;
  orgId: string;
}

let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let services: Service[] = [];
const made: Made[] = [];

const clientOf = (at: number): CausewayClient =>
  createCauseway({ baseUrl: services[at % services.length]?.url ?? '', apiKey: ADMIN_KEY });

/** Twenty syncs of one organization, whose users have connected the same portal. */
async function organization(number: number): Promise<void> {
  const account = String(810_000_000 + number);
  const orgId = `org-${number}`;
  const sizes = { contacts: 150, companies: 20, deals: 10, tickets: 5, owners: 1, boats: 0 };
  await apart.mockProviders.addAccount({ provider: 'hubspot', account, sizes });
  for (let user = 0; user < USERS; user += 1) {
    const owner = { orgId, userId: `user-${user}` };
    const { id: connectionId } = await connect(clientOf(number), 'hubspot', owner, { account });
    for (const type of TYPES) {
      const body = { connectionId, types: [type], everySeconds: PERIOD_SECONDS };
      made.push({ id: (await unwrap(clientOf(number).POST('/syncs', { body }))).id, orgId });
    }
  }
}

beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([startMockProviders(), startRedis(), startPostgres()]);
  await unlimited(apart.mockProviders);
  const shared = { REDIS_URL: redis.url, DATABASE_URL: (await postgres.database()).url };
  const env = {
    ...shared,
    ENCRYPTION_KEYS: encryptionKeys(),
    HUBSPOT_RATE_LIMIT: `${LIMIT.requests}/${LIMIT.seconds}`,
    SYNC_CONCURRENCY: '0',
  };
  const first = await startProduction(apart.mockProviders, env);
  services = [first, await startProduction(apart.mockProviders, { ...env, PUBLIC_URL: first.url })];
  // Organization after organization: what was made first is due first.
  for (let number = 0; number < ORGANIZATIONS; number += 1) await organization(number);
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all([...services.map((service) => service.stop()), apart?.stop(), redis?.stop()]);
  await postgres?.stop();
});

/** Those of each sync, oldest first, once each has so many that ended. */
async function allRuns(count: number): Promise<SyncRun[][]> {
  for (const runs: SyncRun[][] = []; ;) {
    const next = made[runs.length];
    if (next === undefined) return runs;
    const ended = (await persistently(() => runsOf(clientOf(runs.length), next.id)))
      .filter(({ outcome }) => outcome !== 'running')
      .reverse();
    if (ended.length >= count) runs.push(ended);
    else await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);

/** @param waits of each sync, in milliseconds */
function report(what: string, waits: readonly number[]): number {
  const byOrganization = new Map<string, number[]>();
  for (const [index, { orgId }] of made.entries())
    byOrganization.set(orgId, [...(byOrganization.get(orgId) ?? []), waits[index] ?? 0]);
  const means = [...byOrganization.values()].map(mean);
  const firsts = [...byOrganization.values()].map((all) => Math.min(...all));
  const worst = Math.max(...means) / mean(means);
  process.stdout.write(
    `${what}: waits ${seconds(mean(waits))} s in the mean, ${seconds(Math.max(...waits))} s at most; organizations ` +
      `${(Math.min(...means) / mean(means)).toFixed(2)} to ${worst.toFixed(2)} of the mean, their first runs after ` +
      `${seconds(Math.min(...firsts))} to ${seconds(Math.max(...firsts))} s\n`,
  );
  return worst;
}

test(
  '1,000 syncs of 50 organizations that are due at once run once a period in two processes, and no organization waits long',
  async () => {
    // The requests of the authorizations no longer count.
    await new Promise((resolve) => setTimeout(resolve, LIMIT.seconds * 1_000));
    await apart.mockProviders.limit({ provider: 'hubspot', rule: 'account', limit: LIMIT });
    await apart.mockProviders.clearLog();
    await Promise.all(services.map((service) => service.restart({ SYNC_CONCURRENCY: '4' })));
    const began = Date.now();
    const first = await allRuns(1);
    expect(first).toHaveLength(SYNCS);
    const starts = first.map(([run]) => Date.parse(run?.startedAt ?? ''));
    const worst = report(
      'first period',
      starts.map((start) => Math.max(0, start - began)),
    );
    process.stdout.write(`all had run after ${seconds(Date.now() - began)} s\n`);
    expect(worst).toBeLessThanOrEqual(2);
    expect(new Set(first.map(([run]) => run?.outcome))).toEqual(new Set(['complete']));

    const second = await allRuns(2);
    const late = second.map(([one, two]) => {
      const due = Date.parse(one?.endedAt ?? '') + PERIOD_SECONDS * 1_000;
      return Date.parse(two?.startedAt ?? '') - due;
    });
    // Each has been due once, and never before its time.
    expect(Math.min(...late)).toBeGreaterThanOrEqual(-50);
    report('second period', late);
    for (const runs of second) {
      const numbers = runs.map(({ id }) => id);
      expect(numbers.slice(0, 2)).toEqual(['run_1', 'run_2']);
    }
    const { byStatus, maxConcurrent, requests } = await apart.mockProviders.log('hubspot');
    process.stdout.write(`${requests} requests, ${maxConcurrent} at once, by status ${JSON.stringify(byStatus)}\n`);
    expect(byStatus[429]).toBeUndefined();
  },
  TIMEOUT_MS,
);
