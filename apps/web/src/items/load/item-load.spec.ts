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
    respond(response.writeHead(200), searchParams);
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
  load = new ItemLoad(createCauseway({ baseUrl }), 'con_1', () => {});
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
  load.refresh();
  await until('loading');
  await until('complete');
  expect(load.state).toMatchObject({ refreshed: { changed: 1, added: 1 } });
  expect(names()).toEqual(['Page 1', 'Renamed', 'Page 3']);
  load.refresh();
  await until('loading');
  await until('complete');
  expect(queries.map((query) => query.get('updatedSince'))).toEqual([
    null,
    '2026-01-01T00:00:00Z',
    '2026-01-02T00:00:00Z',
  ]);
});

test('a new load, and clearing, discard the items and state of the load before', async () => {
  respond = (response) => response.write(item(1));
  load.load(REQUEST);
  while (names().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  respond = (response) => response.end(item(9) + end('t1'));
  load.load({ types: [], parent: 'p' });
  await until('complete');
  expect(names()).toEqual(['Page 9']);
  expect(queries[1]?.get('parent')).toBe('p');
  load.clear();
  expect(load.state).toEqual({ phase: 'idle' });
  expect(names()).toEqual([]);
});
