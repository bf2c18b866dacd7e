import { getEventListeners } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCauseway, followSync, type FollowSyncOptions, type SyncChanges } from './index.js';
import { pause } from './pause.js';

let respond: (response: ServerResponse, requests: number) => void;
let server: Server;
let baseUrl: string;
const requests: { query: Record<string, string>; at: number }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', baseUrl);
    requests.push({ query: Object.fromEntries(searchParams), at: performance.now() });
    respond(response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (requests.length = 0));

const json = (response: ServerResponse, body: object, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const page = (nextCursor: string, ids: string[]) => ({ changes: ids.map((id) => ({ id })), nextCursor, more: false });
const problem = (status: number, more = {}) => ({ title: 'No', detail: 'Not now.', slug: 'a-slug', status, ...more });

async function follow(count: number, options: Partial<FollowSyncOptions> = {}): Promise<SyncChanges[]> {
  const pages: SyncChanges[] = [];
  for await (const changes of followSync(createCauseway({ baseUrl }), { syncId: 'syn_1', ...options })) {
    pages.push(changes);
    if (pages.length === count) break;
  }
  return pages;
}

const pausesMs = () => requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));

test('waits for further changes, and goes on from its cursor after a failure', async () => {
  respond = (response, count) => {
    if (count === 2) json(response, problem(503), 503);
    else if (count === 3) response.destroy();
    else json(response, page(`after ${count}`, [String(count)]));
  };
  const pages = await follow(2, { cursor: 'before', limit: 10 });
  expect(pages).toEqual([
    { changes: [{ id: '1' }], cursor: 'after 1' },
    { changes: [{ id: '4' }], cursor: 'after 4' },
  ]);
  const query = { limit: '10', waitSeconds: '30' };
  expect(requests.map(({ query }) => query)).toEqual([
    { ...query, cursor: 'before' },
    ...Array.from({ length: 3 }, () => ({ ...query, cursor: 'after 1' })),
  ]);
  // The pauses after the second and the third request, less what timers may be early.
  expect(pausesMs()[1]).toBeGreaterThan(950);
  expect(pausesMs()[2]).toBeGreaterThan(1_950);
});

test('pauses after a service that did not wait, and for as long as it says after one that refused', async () => {
  respond = (response, count) => {
    if (count === 1) json(response, page('after 1', []));
    else if (count === 2) json(response, problem(429, { retryAfter: 2 }), 429);
    else json(response, page('after 3', ['a']));
  };
  expect(await follow(1)).toEqual([{ changes: [{ id: 'a' }], cursor: 'after 3' }]);
  expect(pausesMs()[0]).toBeGreaterThan(950);
  expect(pausesMs()[1]).toBeGreaterThan(1_950);
});

test('throws what lasts without another request', async () => {
  respond = (response) => json(response, problem(410), 410);
  await expect(follow(1)).rejects.toMatchObject({ name: 'CausewayError', problem: { status: 410 } });
  expect(requests).toHaveLength(1);
});

test('a cursor that is too old: what is known is forgotten, and the feed read from its beginning', async () => {
  const tooOld = { ...problem(410), slug: 'cursor-too-old' };
  respond = (response, count) => {
    if (count === 1 || count === 3) json(response, tooOld, 410);
    else json(response, { ...page(`after ${count}`, [String(count)]), more: count < 5 });
  };
  const known = new Set(['of before']);
  const options = { syncId: 'syn_1', cursor: 'old', once: true, startOver: () => known.clear() };
  for await (const { changes } of followSync(createCauseway({ baseUrl }), options))
    for (const { id } of changes) known.add(id);
  expect(requests.map(({ query }) => query['cursor'])).toEqual(['old', undefined, 'after 2', undefined, 'after 4']);
  expect([...known]).toEqual(['4', '5']);
});

test('once: reads all pages up to now, without waiting', async () => {
  respond = (response, count) => json(response, { ...page(`after ${count}`, count < 3 ? ['a'] : []), more: count < 3 });
  expect(await follow(9, { once: true })).toHaveLength(2);
  expect(requests.map(({ query }) => query['waitSeconds'])).toEqual(['0', '0', '0']);
});

test.each(['a response', 'the next attempt'])('throws the reason of the abort while it waits for %s', async (what) => {
  const controller = new AbortController();
  const reason = new Error('enough');
  respond = (response) => {
    if (what === 'the next attempt') response.destroy();
    setTimeout(() => controller.abort(reason), 100);
  };
  await expect(follow(1, { signal: controller.signal })).rejects.toBe(reason);
  expect(requests).toHaveLength(1);
});

test('a pause leaves no listener behind', async () => {
  const controller = new AbortController();
  await pause(1, controller.signal);
  const aborted = pause(1_000_000, controller.signal);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort();
  await aborted;
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
