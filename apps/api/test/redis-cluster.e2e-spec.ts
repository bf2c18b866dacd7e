import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startCluster,
  startService,
  startMockProviders,
  type RedisCluster,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen, type Listening } from './support/listen.js';
import { someone } from './support/users.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, unlimited } from './support/production.js';

let apart: MockProvidersProcess;
let cluster: RedisCluster;
let services: Service[];
let clients: [CausewayClient, CausewayClient];
const streams: Listening[] = [];
beforeAll(async () => {
  [apart, cluster] = await Promise.all([startMockProviders(), startCluster()]);
  const apps = new Apps(await unlimited(apart.mockProviders));
  await apps.become('airtable');
  const REDIS_CLUSTER_NODES = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  // One key follows all organizations.
  const env = { ...apps.environment(), REDIS_CLUSTER_NODES, LIMIT_EVENT_STREAMS_PER_CREDENTIAL: '100' };
  services = await Promise.all([startService({ env }), startService({ env })]);
  clients = services.map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY })) as typeof clients;
}, 60_000);
afterAll(async () => {
  for (const stream of streams) stream.stop();
  await Promise.all((services ?? []).map((service) => service.stop()));
  await Promise.all([apart?.stop(), cluster?.stop()]);
});

const at = (id: string) => ({ params: { path: { id } } });

/** Enough organizations that each node has some. */
const crowd = () => Array.from({ length: 12 }, someone);

async function follow(service: Service | undefined, query: Record<string, string>, lastEventId?: string) {
  const stream = await listen(`${service?.url}/events?${new URLSearchParams(query)}`, ADMIN_KEY, lastEventId);
  streams.push(stream);
  return stream;
}

const told = ({ heard }: Listening, ids: readonly string[]) =>
  heard
    .map(({ event, data }) => `${event} ${String(data['id'])}`)
    .filter((line) => ids.some((id) => line.includes(id)));

async function auditLogOf(id: string): Promise<string[]> {
  const types: string[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 2, ...(cursor === null ? {} : { cursor }) };
    const { data, error } = await clients[1].GET('/connections/{id}/events', { params: { path: { id }, query } });
    if (!data) throw new Error(JSON.stringify(error));
    types.push(...data.events.map(({ type }) => type));
    cursor = data.nextCursor;
  } while (cursor !== null);
  return types;
}

test('a connection lives its whole life at either process, and its audit log lists all of it', async () => {
  const made = await Promise.all(crowd().map((user) => connect(clients[0], 'airtable', user)));
  for (const { id } of made) {
    expect((await clients[1].GET('/connections/{id}/token', at(id))).response.status).toBe(200);
    expect((await clients[0].POST('/connections/{id}/refresh', at(id))).response.status).toBe(200);
    expect((await clients[1].POST('/connections/{id}/check', at(id))).data?.status).toBe('active');
    expect(await auditLogOf(id)).toEqual(['checked', 'refreshed', 'token-read', 'connected']);
  }
  const { data } = await clients[1].GET('/connections', { params: { query: { limit: 100 } } });
  expect(data?.connections.map(({ id }) => id)).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
  for (const { id } of made) {
    expect((await clients[1].DELETE('/connections/{id}', at(id))).response.status).toBe(200);
    expectProblem(await clients[0].GET('/connections/{id}/events', at(id)), 'unknown-connection', 404);
  }
});

test('what happens at one process is heard at the other: by an organization, and of all of them', async () => {
  const users = crowd();
  const ofAll = await follow(services[1], {});
  const ofEach = await Promise.all(users.map(({ orgId }) => follow(services[1], { orgId })));
  const made = await Promise.all(users.map((user) => connect(clients[0], 'airtable', user)));
  for (const { id } of made) await clients[0].POST('/connections/{id}/refresh', at(id));
  for (const { id } of made) await clients[0].DELETE('/connections/{id}', at(id));

  const life = (id: string) => ['created', 'updated', 'deleted'].map((what) => `connection.${what} ${id}`);
  for (const [i, { id }] of made.entries()) {
    await eventually(async () => {
      expect(told(ofEach[i]!, [id]).at(-1)).toBe(`connection.deleted ${id}`);
      expect(told(ofAll, [id]).at(-1)).toBe(`connection.deleted ${id}`);
    });
    // What was gone before it could be told shows its end alone.
    expect(life(id)).toEqual(expect.arrayContaining(told(ofEach[i]!, [id])));
    expect(ofEach[i]?.heard).toHaveLength(told(ofEach[i]!, [id]).length);
  }
});

test('who comes back with the last id hears what was missed', async () => {
  const users = crowd();
  const before = await Promise.all(users.map(({ orgId }) => follow(services[0], { orgId })));
  for (const stream of before) stream.stop();
  const made = await Promise.all(users.map((user) => connect(clients[0], 'airtable', user)));
  for (const [i, { orgId }] of users.entries()) {
    const { id } = made[i]!;
    const back = await follow(services[1], { orgId }, before[i]?.lastId());
    await eventually(async () => expect(told(back, [id])).toEqual([`connection.created ${id}`]));
    expect(back.heard[0]?.data).toEqual(await connection(clients[0], id));
    back.stop();
  }
});

test('a node that was away is followed on, and its audit log is complete', async () => {
  const users = crowd();
  const made = await Promise.all(users.map((user) => connect(clients[0], 'airtable', user)));
  const streams = await Promise.all(users.map(({ orgId }) => follow(services[1], { orgId })));
  await cluster.nodes[0]?.kill();
  await cluster.nodes[0]?.restart();
  await cluster.whole();
  for (const [i, { id }] of made.entries()) {
    await eventually(async () => {
      expect((await clients[0].POST('/connections/{id}/refresh', at(id))).response.status).toBe(200);
    });
    await eventually(async () => expect(told(streams[i]!, [id])).toContain(`connection.updated ${id}`), 20_000);
    expect((await auditLogOf(id)).filter((type) => type === 'connected')).toHaveLength(1);
    expect(await auditLogOf(id)).toContain('refreshed');
  }
}, 60_000);
