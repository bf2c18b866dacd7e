import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCauseway } from '@causeway/client';
import { ItemLoad } from './item-load.js';

let respond: (response: ServerResponse, query: URLSearchParams) => void;
let server: Server;
let load: ItemLoad;
let queries: URLSearchParams[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://service.test');
    queries.push(searchParams);
    respond(response.writeHead(200, { 'content-type': 'application/x-ndjson' }), searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  queries = [];
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  load = new ItemLoad(createCauseway({ baseUrl }), 'con_1');
});

const REQUEST = { types: ['page'], parent: '' };
const line = (value: object) => `${JSON.stringify(value)}\n`;
const item = (id: number, name = `Page ${id}`) =>
  line({ item: { id: String(id), type: 'page', name, driveId: null, parentId: null, properties: {} } });
const progress = (resumeCursor: string | null, waitingMs = 0) => line({ progress: { waitingMs, resumeCursor } });
const end = (nextUpdatedSince: string) => line({ end: { complete: true, nextUpdatedSince, resumeCursor: null } });
const names = () => load.items.rows.map(({ name }) => name);

async function until(phase: string): Promise<void> {
  while (load.state.phase !== phase) {
    await new Promise<void>((resolve) => {
      const leave = load.subscribe(() => {
        leave();
        resolve();
      });
    });
  }
}

test('after a stop, continues at the last cursor, and keeps repeated items once', async () => {
  respond = (response, query) =>
    query.has('cursor')
      ? response.end(item(2) + item(3) + end('t1'))
      : response.write(item(1) + progress('c1') + item(2) + progress('c1', 5_000));
  load.load(REQUEST);
  while (load.state.phase !== 'loading' || load.state.waitingUntil === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(load.state.waitingUntil - Date.now()).toBeGreaterThan(3_000);
  load.stop();
  await until('stopped');
  expect(load.canContinue).toBe(true);
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2', 'Page 3']);
  expect(queries.map(String)).toEqual(['types=page', 'cursor=c1']);
  expect(load.canContinue).toBe(false);
});

test('an interrupted load keeps its items and can be continued', async () => {
  respond = (response, query) => response.end(query.has('cursor') ? item(2) + end('t1') : item(1) + progress('c1'));
  load.load(REQUEST);
  await until('incomplete');
  expect(load.state).toMatchObject({ hasItems: true, problem: { title: 'The load was interrupted' } });
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2']);
});

test('a refresh requests what has changed since the last load, and counts new and changed items', async () => {
  respond = (response) => response.end(item(1) + item(2) + end('2026-01-01T00:00:00Z'));
  load.load(REQUEST);
  await until('complete');
  respond = (response) => response.end(item(1) + item(2, 'Renamed') + item(3) + end('2026-01-02T00:00:00Z'));
  load.getChanges();
  await until('loading');
  await until('complete');
  expect(load.state).toMatchObject({ refreshed: { changed: 1, added: 1 } });
  expect(names()).toEqual(['Page 1', 'Renamed', 'Page 3']);
  load.getChanges();
  await until('loading');
  await until('complete');
  expect(queries.map((query) => query.get('updatedSince'))).toEqual([
    null,
    '2026-01-01T00:00:00Z',
    '2026-01-02T00:00:00Z',
  ]);
});

async function loaded(...ids: number[]): Promise<void> {
  respond = (response) => response.end(ids.map((id) => item(id)).join('') + end('t1'));
  load.load(REQUEST);
  await until('complete');
}

test('a new load replaces the items once its first one is there, and clearing discards them', async () => {
  await loaded(1, 2);
  let send = (_: string) => {};
  respond = (response) => {
    response.flushHeaders();
    send = (text) => response.write(text);
  };
  load.load({ types: [], parent: 'p' });
  await until('loading');
  while (queries.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  send(progress(null, 3_000));
  while (load.state.phase !== 'loading' || load.state.waitingUntil === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(load.state.hasOld).toBe(true);
  expect(names()).toEqual(['Page 1', 'Page 2']);
  send(item(9));
  while (names().length !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(load.state).toMatchObject({ phase: 'loading', hasOld: false });
  send(end('t2'));
  await until('complete');
  expect(names()).toEqual(['Page 9']);
  expect(queries[1]?.get('parent')).toBe('p');
  load.clear();
  expect(load.state).toEqual({ phase: 'idle' });
  expect(names()).toEqual([]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['the service is not reached', (response) => void response.destroy()],
  ['the response is cut', (response) => void response.end(progress(null))],
  [
    'the provider fails',
    (response) =>
      void response.end(
        line({ end: { complete: false, problem: { title: 'No', detail: 'No.' }, resumeCursor: null } }),
      ),
  ],
])('a new load keeps the items, and can be tried again, when %s', async (_, fail) => {
  await loaded(1, 2);
  respond = fail;
  load.load(REQUEST);
  await until('loading');
  await until('incomplete');
  expect(load.state).toMatchObject({ hasItems: true, hasOld: true });
  expect(names()).toEqual(['Page 1', 'Page 2']);
  // They are not a part of the new load, so that nothing can be added to them; what has changed since can be loaded.
  expect([load.canContinue, load.canGetChanges]).toEqual([false, true]);
  respond = (response) => response.end(item(3) + end('t2'));
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 3']);
});

test('a new load that is stopped before its first item leaves everything as it was', async () => {
  await loaded(1, 2);
  respond = (response) => response.flushHeaders();
  load.load(REQUEST);
  await until('loading');
  load.stop();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2']);
  expect([load.canContinue, load.canGetChanges]).toEqual([false, true]);
});

test('a new load without an item removes those of the load before', async () => {
  await loaded(1, 2);
  await loaded();
  expect(names()).toEqual([]);
});

test('a load pauses when there are so many items, continues to the end, and gives each item once', async () => {
  respond = (response, query) => {
    if (query.get('cursor') === 'c2') response.end(item(2) + item(3) + item(4) + end('t1'));
    else response.end(item(1) + progress('c2') + item(2) + item(3) + item(4) + end('t1'));
  };
  load.load(REQUEST, { pauseAfter: 3 });
  await until('stopped');
  expect(load.state).toEqual({ phase: 'stopped', paused: true });
  expect(names()).toEqual(['Page 1', 'Page 2', 'Page 3']);
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2', 'Page 3', 'Page 4']);
});
