import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { Apps } from '../support/apps.js';
import { connect } from '../support/connect.js';
import { buildRelease, previousTag } from '../support/previous-release.js';
import { ADMIN_KEY, unlimited } from '../support/production.js';
import { someone } from '../support/users.js';

/**
 * From the previous release to this version and back, one replica after the other, while accounts are connected and tokens are read and
 * refreshed. Where no tag is known, as in a shallow clone, there is nothing to roll from: `git fetch --tags --unshallow`.
 */

const SINGLE_USE = { refreshGraceSeconds: 0, accessTokenTtlSeconds: 65 };

interface Replica {
  name: string;
  service: Service;
  client: CausewayClient;
}

const at = (id: string) => ({ params: { path: { id } } });

let apart: MockProvidersProcess;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

test('nothing is lost and nothing fails between the previous release and this version, there and back', async () => {
  const tag = await previousTag();
  if (tag === null) {
    process.stderr.write('SKIPPED: there is no tag v* in this clone, so no previous release to roll from\n');
    return;
  }
  const release = await buildRelease(tag);
  const apps = new Apps(apart.mockProviders);
  await apps.become('airtable', SINGLE_USE);
  await apps.become('notion');
  const env = { ...apps.environment(), REDIS_URL: redis.url };
  const running: Replica[] = [];
  const start = async (version: 'old' | 'new') => {
    const service = await startService({ env, ...(version === 'old' ? { installation: release.folder } : {}) });
    running.push({ name: version, service, client: createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY }) });
  };
  const failures: string[] = [];
  const made: { id: string; by: string }[] = [];
  const served = { old: 0, new: 0 };
  let turn = 0;
  let isOver = false;
  const inFlight = new Map<Replica, number>();
  /** With the next replica that is in rotation. */
  const use = async (what: string, work: (replica: Replica) => Promise<unknown>) => {
    const replica = running[(turn += 1) % running.length];
    if (replica === undefined) throw new Error('no replica runs');
    inFlight.set(replica, (inFlight.get(replica) ?? 0) + 1);
    try {
      await work(replica);
      served[replica.name as 'old' | 'new'] += 1;
    } catch (error) {
      failures.push(`${what} at an ${replica.name} replica: ${String(error)}`);
    } finally {
      inFlight.set(replica, (inFlight.get(replica) ?? 1) - 1);
    }
  };
  const take = async (version: 'old' | 'new') => {
    const [replica] = running.splice(
      running.findIndex(({ name }) => name === version),
      1,
    );
    if (replica === undefined) throw new Error(`no ${version} replica runs`);
    // The previous release has no drain of its own.
    while ((inFlight.get(replica) ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await replica.service.stop();
  };
  const read = async (connection: { id: string } | undefined) => {
    if (connection === undefined) return;
    await use('token', async ({ client }) => {
      const { response, error } = await client.GET('/connections/{id}/token', at(connection.id));
      if (response.status !== 200) throw new Error(JSON.stringify(error));
    });
  };
  const loop = async (work: () => Promise<void>) => {
    while (!isOver) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const all = async () => {
    for (const { client, name } of running)
      for (const { id, by } of made) {
        const { response } = await client.GET('/connections/{id}/token', at(id));
        if (response.status !== 200)
          failures.push(`a connection of an ${by} replica at an ${name} one: ${response.status}`);
      }
  };
  try {
    await Promise.all([start('old'), start('old')]);
    const traffic = [
      loop(() =>
        use('connect', async (replica) => {
          const { id } = await connect(replica.client, made.length % 2 === 0 ? 'airtable' : 'notion', someone());
          made.push({ id, by: replica.name });
        }),
      ),
      // The tokens of Airtable live for little more than the minute before their end in which they are refreshed.
      loop(async () => read(made[Math.floor(Math.random() * made.length)])),
      loop(async () => read(made.at(-1))),
    ].map((work) => work.catch((error: unknown) => void failures.push(String(error))));
    const phase = () => new Promise((resolve) => setTimeout(resolve, 3_000));
    await phase();
    for (const [from, to] of [
      ['old', 'new'],
      ['new', 'old'],
    ] as const)
      for (let replaced = 0; replaced < 2; replaced += 1) {
        await start(to);
        await phase();
        await take(from);
        await all();
      }
    isOver = true;
    await Promise.all(traffic);
    await all();
  } finally {
    isOver = true;
    await Promise.all(running.map(({ service }) => service.stop()));
    await release.remove();
  }
  const refreshes = (await apart.mockProviders.log('airtable')).tokenCalls;
  process.stderr.write(
    `${tag} and back: ${made.length} connections, ${JSON.stringify(served)} requests, ${refreshes} token requests\n`,
  );
  expect(failures).toEqual([]);
  expect(made.length).toBeGreaterThan(20);
  expect(Math.min(served.old, served.new)).toBeGreaterThan(20);
}, 900_000);
