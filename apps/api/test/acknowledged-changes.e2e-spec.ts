import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import {
  redisCli,
  startMockProviders,
  startRedis,
  startService,
  startWebhookReceiver,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
  type WebhookReceiver,
} from '@causeway/testing';
import { authorize } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen } from './support/listen.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

/** As many as have an audit entry of their own within a minute. */
const CONNECTS = 40;
const AT_ONCE = 4;
/** So many changes are acknowledged before the next fault: a slow machine gets as far as a quick one. */
const BETWEEN_FAULTS = 8;
/** Events of a process that was killed are given to the endpoints after five seconds, its attempts made again after 25. */
const CAUGHT_UP_MS = 60_000;

let apart: MockProvidersProcess;
let redis: RedisServer;
let receiver: WebhookReceiver;
let env: Record<string, string>;
beforeAll(async () => {
  [apart, redis, receiver] = await Promise.all([
    startMockProviders(),
    startRedis({ appendOnly: true }),
    startWebhookReceiver(),
  ]);
  await unlimited(apart.mockProviders);
  env = { ...productionEnvironment(apart.mockProviders), WEBHOOK_PRIVATE_ADDRESSES: 'on' };
}, 60_000);
afterAll(() => Promise.all([apart?.stop(), redis?.stop(), receiver?.stop()]));

const crash = async (service: Service) => {
  await service.kill();
  await service.restart();
};
const refuseWrites = async () => {
  await redisCli(redis.port, 'CONFIG', 'SET', 'min-replicas-to-write', '1');
  await sleep(300);
  await redisCli(redis.port, 'CONFIG', 'SET', 'min-replicas-to-write', '0');
};

test.each<[string, boolean, (service: Service) => Promise<void>]>([
  ['the process is killed, with the embedded store', false, crash],
  ['the process is killed, with Redis', true, crash],
  ['Redis refuses writes', true, refuseWrites],
])(
  'every change that is acknowledged while %s is in the audit log, in the event stream and told by a webhook',
  async (_, hasRedis, disturb) => {
    const service = await startService({ env: { ...env, ...(hasRedis && { REDIS_URL: redis.url }) } });
    try {
      const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const { orgId } = someone();
      const url = `${receiver.url}/${orgId}`;
      await unwrap(client.POST('/webhook-endpoints', { body: { url, orgIds: [orgId] } }));
      const begin = await listen(`${service.url}/events?orgId=${orgId}`, ADMIN_KEY);
      const lastId = begin.lastId();
      begin.stop();

      const acknowledged: Acknowledged = { created: [], deleted: [] };
      let isOver = false;
      const count = () => acknowledged.created.length + acknowledged.deleted.length;
      const disturbing = (async () => {
        for (let before = 0; !isOver; before = count()) {
          while (!isOver && count() < before + BETWEEN_FAULTS) await sleep(10);
          await disturb(service);
        }
      })();
      await changeConnections(client, orgId, acknowledged).finally(() => (isOver = true));
      await disturbing;

      const { created, deleted } = acknowledged;
      expect(created.length).toBeGreaterThan(0);
      expect(deleted.length).toBeGreaterThan(0);
      const stream = await listen(`${service.url}/events?orgId=${orgId}`, ADMIN_KEY, lastId);
      await eventually(async () => {
        const audited = await auditedOf(client, orgId);
        expect(lacking(created, (id) => audited.has(`connected ${id}`))).toEqual([]);
        expect(lacking(deleted, (id) => audited.has(`disconnected ${id}`))).toEqual([]);
        const told = toldOf(new URL(url).pathname);
        expect(lacking(created, (id) => told.has(`connection.created ${id}`))).toEqual([]);
        expect(lacking(deleted, (id) => told.has(`connection.deleted ${id}`))).toEqual([]);
        const streamed = new Set(stream.heard.map(({ event, data }) => `${event} ${String(data['id'])}`));
        const isDeleted = (id: string) => streamed.has(`connection.deleted ${id}`);
        // A connection that is gone has only that event.
        expect(lacking(created, (id) => streamed.has(`connection.created ${id}`) || isDeleted(id))).toEqual([]);
        expect(lacking(deleted, isDeleted)).toEqual([]);
      }, CAUGHT_UP_MS);
      stream.stop();
    } finally {
      await service.stop();
    }
  },
  180_000,
);

/** Ids of connections. */
interface Acknowledged {
  created: string[];
  deleted: string[];
}

const lacking = (ids: readonly string[], isThere: (id: string) => boolean) => ids.filter((id) => !isThere(id));

/** Connects, and disconnects every second connection. What is not acknowledged is not done again. */
async function changeConnections(client: CausewayClient, orgId: string, acknowledged: Acknowledged): Promise<void> {
  let next = 0;
  const changeSome = async () => {
    for (let number = next++; number < CONNECTS; number = next++) {
      const outcome = await authorize(client, 'hubspot', { orgId, userId: `user-${number}` }).catch(() => null);
      const { type, connectionId: id } = outcome?.message ?? {};
      if (type !== 'connected' || id === undefined) {
        await sleep(100);
        continue;
      }
      acknowledged.created.push(id);
      if (number % 2 === 0) continue;
      const removed = await client.DELETE('/connections/{id}', { params: { path: { id } } }).catch(() => null);
      if (removed?.response.ok === true) acknowledged.deleted.push(id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, changeSome));
}

async function auditedOf(client: CausewayClient, orgId: string): Promise<Set<string>> {
  const all = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const query = { orgId, limit: 100, ...(cursor !== undefined && { cursor }) };
    const { events, nextCursor } = await unwrap(client.GET('/audit', { params: { query } }));
    for (const { type, connectionId } of events) all.add(`${type} ${connectionId}`);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}

function toldOf(path: string): Set<string> {
  const webhooks = receiver.received.filter((webhook) => webhook.path === path);
  const events = webhooks.map(({ body }) => JSON.parse(body) as { type: string; data: { id: string } });
  return new Set(events.map(({ type, data }) => `${type} ${data.id}`));
}
