import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen, type Heard, type Listening } from './support/listen.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
let services: [Service, Service];
let causeway: CausewayClient;
let embedded: Service;
const streams: Listening[] = [];
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  mockProviders = await unlimited(apart.mockProviders);
  const apps = new Apps(mockProviders);
  await apps.become('airtable');
  const env = { ...apps.environment(), REDIS_URL: redis.url };
  services = await Promise.all([startService({ env }), startService({ env })]);
  causeway = createCauseway({ baseUrl: services[0].url, apiKey: ADMIN_KEY });
  embedded = await startProduction(mockProviders);
});
afterAll(async () => {
  for (const stream of streams) stream.stop();
  await Promise.all([...(services ?? []), embedded].map((service) => service?.stop()));
  await Promise.all([apart?.stop(), redis?.stop()]);
});

async function follow(service: Service, query: Record<string, string>, lastEventId?: string, key = ADMIN_KEY) {
  const stream = await listen(`${service.url}/events?${new URLSearchParams(query)}`, key, lastEventId);
  streams.push(stream);
  return stream;
}
const at = (id: string) => ({ params: { path: { id } } });
const names = (heard: Heard[]) => heard.map(({ event }) => event);
const shows = ({ heard }: Listening, ...events: string[]) =>
  eventually(async () => expect(names(heard)).toEqual(events));

test('what happens at one process is seen at the other', async () => {
  const user = someone();
  const stream = await follow(services[1], { orgId: user.orgId });
  const made = await connect(causeway, 'airtable', user);
  await shows(stream, 'connection.created');
  expect(stream.heard[0]?.data).toEqual(made);
  await causeway.POST('/connections/{id}/refresh', at(made.id));
  await shows(stream, 'connection.created', 'connection.updated');
  expect(stream.heard[1]?.data).toEqual(await connection(causeway, made.id));
  await mockProviders.revoke({ provider: 'airtable' });
  await causeway.POST('/connections/{id}/refresh', at(made.id));
  await shows(stream, 'connection.created', 'connection.updated', 'connection.needs-reconnect');
  expect(stream.heard[2]?.data).toMatchObject({ id: made.id, status: 'needs-reconnect' });
  await causeway.DELETE('/connections/{id}', at(made.id));
  await eventually(async () => expect(names(stream.heard).at(-1)).toBe('connection.deleted'));
  expect(stream.heard.at(-1)?.data).toEqual({ id: made.id, ...user, integration: 'airtable' });
});

test('who comes back with the last id hears what was missed, once and in order', async () => {
  const user = someone();
  const before = await follow(services[0], { orgId: user.orgId });
  before.stop();
  const { id } = await connect(causeway, 'airtable', user);
  const first = await follow(services[1], { orgId: user.orgId }, before.lastId());
  await shows(first, 'connection.created');
  first.stop();
  await causeway.POST('/connections/{id}/refresh', at(id));
  await causeway.POST('/connections/{id}/refresh', at(id));
  const second = await follow(services[0], { orgId: user.orgId }, first.lastId());
  await shows(second, 'connection.updated', 'connection.updated');
  const third = await follow(services[0], { orgId: user.orgId }, second.heard[0]?.id);
  await shows(third, 'connection.updated');
  expect(third.heard[0]?.id).toBe(second.heard[1]?.id);
});

test.each([['nonsense'], ['all-1'], ['1795206050087']])('the id "%s" cannot be followed on: reset', async (lastId) => {
  const stream = await follow(services[0], { orgId: someone().orgId }, lastId);
  await shows(stream, 'reset');
});

test('more than is kept was missed: reset', async () => {
  const user = someone();
  const stream = await follow(services[0], { orgId: user.orgId });
  const [partition = '', number = ''] = stream.lastId().split('-');
  stream.stop();
  const late = await follow(services[0], { orgId: user.orgId }, `${partition}-${Number(number) - 5}`);
  await shows(late, 'reset');
});

test('only what is asked for, and what the caller may see', async () => {
  const ann = someone();
  const bob = { ...ann, userId: 'bob' };
  const other = someone();
  const { data: session } = await causeway.POST('/sessions', { body: bob });
  const [ofOrg, ofBob, ofAll, asBob] = await Promise.all([
    follow(services[0], { orgId: ann.orgId }),
    follow(services[1], { orgId: ann.orgId, userId: 'bob' }),
    follow(services[1], {}),
    follow(services[1], {}, undefined, session?.token),
  ]);
  const made: string[] = [];
  for (const user of [ann, bob, other]) made.push((await connect(causeway, 'airtable', user)).id);
  const ids = ({ heard }: Listening) => heard.map(({ data }) => data['id']).filter((id) => made.includes(String(id)));
  await eventually(async () => {
    expect(ids(ofOrg)).toEqual(made.slice(0, 2));
    expect(ids(ofBob)).toEqual([made[1]]);
    expect(ids(asBob)).toEqual([made[1]]);
    expect(ids(ofAll)).toEqual(made);
  });
  const foreign = await raw(`${services[0].url}/events?orgId=${other.orgId}`, { key: session?.token ?? '' });
  expect(foreign.response.status).toBe(403);
  expect((await raw(`${services[0].url}/events`, { key: null })).response.status).toBe(401);
});

test('a stream on which nothing happens says that it lives, and where it stands, and ends with its session', async () => {
  const user = someone();
  const { data: session } = await causeway.POST('/sessions', { body: { ...user, expiresInSeconds: 1 } });
  const [stream, short] = await Promise.all([
    follow(services[0], { orgId: user.orgId }),
    follow(services[0], { orgId: user.orgId }, undefined, session?.token),
  ]);
  const begun = stream.lastId();
  await eventually(async () => expect(stream.signs.length).toBeGreaterThan(1), 45_000);
  expect(stream.heard).toEqual([]);
  expect(stream.lastId()).toBe(begun);
  // Well within the minute after which proxies give up.
  const [first = 0, second = Infinity] = stream.signs;
  expect(second - first).toBeLessThan(30_000);

  await eventually(async () => expect(short.isOver()).toBe(true), 45_000);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(session?.expiresAt ?? ''));
  expect(stream.isOver()).toBe(false);
}, 60_000);

test('who may not read any more hears nothing more: a key that was revoked, a key and a session that ended', async () => {
  const user = someone();
  const LIFETIME_SECONDS = 8;
  const expiresAt = Date.now() + LIFETIME_SECONDS * 1000;
  const keyFor = async (more: object) => {
    const { data } = await causeway.POST('/keys', { body: { name: 'a', scopes: ['connections:read'], ...more } });
    return { id: data?.id ?? '', bearer: data?.key ?? '' };
  };
  const [revoked, ending, session] = await Promise.all([
    keyFor({}),
    keyFor({ expiresAt: new Date(expiresAt).toISOString() }),
    causeway.POST('/sessions', { body: { ...user, expiresInSeconds: LIFETIME_SECONDS } }),
  ]);
  const bearers = [revoked.bearer, ending.bearer, session.data?.token ?? ''];
  // At the process where nobody is told of the revocation.
  const witness = await follow(services[1], { orgId: user.orgId });
  const readers = await Promise.all(
    bearers.map((bearer) => follow(services[1], { orgId: user.orgId }, undefined, bearer)),
  );
  await connect(causeway, 'airtable', user);
  for (const reader of readers) await shows(reader, 'connection.created');

  await causeway.DELETE('/keys/{id}', at(revoked.id));
  await connect(causeway, 'airtable', user);
  await shows(witness, 'connection.created', 'connection.updated');
  await eventually(async () => expect(readers[0]?.isOver()).toBe(true));

  const ends = Math.max(expiresAt, Date.parse(session.data?.expiresAt ?? ''));
  await new Promise((resolve) => setTimeout(resolve, ends - Date.now() + 50));
  await connect(causeway, 'airtable', user);
  await shows(witness, 'connection.created', 'connection.updated', 'connection.updated');
  await eventually(async () => expect(readers.map((reader) => reader.isOver())).toEqual([true, true, true]));
  for (const { heard } of readers) expect(heard.length).toBeLessThan(3);
  expect(names(readers[0]?.heard ?? [])).toEqual(['connection.created']);
  expect(witness.isOver()).toBe(false);
  for (const key of bearers) expect((await raw(`${services[1].url}/events`, { key })).response.status).toBe(401);
}, 60_000);

test('with the embedded store too, and an open stream does not hold up the end of the service', async () => {
  const user = someone();
  const client = createCauseway({ baseUrl: embedded.url, apiKey: ADMIN_KEY });
  const stream = await follow(embedded, { ...user });
  await connect(client, 'airtable', user);
  await shows(stream, 'connection.created');
  const { code, milliseconds } = await embedded.stop();
  await stream.ended;
  expect(code === 0 || code === 143).toBe(true);
  expect(milliseconds).toBeLessThan(5_000);
});

test('a Redis that was away is followed on', async () => {
  const user = someone();
  const stream = await follow(services[1], { orgId: user.orgId });
  await redis.restart();
  await eventually(async () => {
    const { response } = await causeway.GET('/connections', {});
    expect(response.status).toBe(200);
  });
  await eventually(async () => void (await connect(causeway, 'airtable', user)));
  await eventually(async () => expect(stream.heard.length).toBeGreaterThan(0), 15_000);
});
