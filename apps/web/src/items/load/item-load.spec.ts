import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCauseway } from '@causeway/client';
import { ItemLoad } from './item-load.js';

let answer: (response: ServerResponse, query: URLSearchParams) => void;
let server: Server;
let load: ItemLoad;
let asked: URLSearchParams[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://service.test');
    asked.push(searchParams);
    answer(response.writeHead(200), searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  load = new ItemLoad(createCauseway({ baseUrl }), 'con_1', () => {});
});

const WISH = { types: ['page'], parent: '' };
const line = (value: object) => `${JSON.stringify(value)}\n`;
const item = (id: number, name = `Page ${id}`) =>
  line({ item: { id: String(id), type: 'page', name, parentId: null, properties: {} } });
const progress = (resumeCursor: string | null, waitingMs = 0) => line({ progress: { waitingMs, resumeCursor } });
const end = (nextUpdatedSince: string) => line({ end: { complete: true, nextUpdatedSince, resumeCursor: null } });
const names = () => load.items.rows.map(({ name }) => name);

async function until(phase: string): Promise<void> {
  while (load.phase.phase !== phase) {
    await new Promise<void>((resolve) => {
      const leave = load.subscribe(() => {
        leave();
        resolve();
      });
    });
  }
}

test('stopped, it goes on at the last line of progress; what comes again is there once', async () => {
  answer = (response, query) =>
    query.has('cursor')
      ? response.end(item(2) + item(3) + end('t1'))
      : response.write(item(1) + progress('c1') + item(2) + progress('c1', 5_000));
  load.load(WISH);
  while (load.phase.phase !== 'loading' || load.phase.waitingUntil === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(load.phase.waitingUntil - Date.now()).toBeGreaterThan(3_000);
  load.stop();
  await until('stopped');
  expect(load.mayContinue).toBe(true);
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2', 'Page 3']);
  expect(asked.map(String)).toEqual(['types=page', 'cursor=c1']);
  expect(load.mayContinue).toBe(false);
});

test('a cut keeps what came and offers the rest', async () => {
  answer = (response, query) => response.end(query.has('cursor') ? item(2) + end('t1') : item(1) + progress('c1'));
  load.load(WISH);
  await until('incomplete');
  expect(load.phase).toMatchObject({ began: true, problem: { title: 'The load was cut off' } });
  load.continue();
  await until('complete');
  expect(names()).toEqual(['Page 1', 'Page 2']);
});

test('a refresh asks since the last time, and says what is new and what is another now', async () => {
  answer = (response) => response.end(item(1) + item(2) + end('2026-01-01T00:00:00Z'));
  load.load(WISH);
  await until('complete');
  answer = (response) => response.end(item(1) + item(2, 'Renamed') + item(3) + end('2026-01-02T00:00:00Z'));
  load.refresh();
  await until('loading');
  await until('complete');
  expect(load.phase).toMatchObject({ refreshed: { changed: 1, added: 1 } });
  expect(names()).toEqual(['Page 1', 'Renamed', 'Page 3']);
  load.refresh();
  await until('loading');
  await until('complete');
  expect(asked.map((query) => query.get('updatedSince'))).toEqual([
    null,
    '2026-01-01T00:00:00Z',
    '2026-01-02T00:00:00Z',
  ]);
});

test('a load that is cleared or begun anew leaves nothing behind', async () => {
  answer = (response) => response.write(item(1));
  load.load(WISH);
  while (names().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  answer = (response) => response.end(item(9) + end('t1'));
  load.load({ types: [], parent: 'p' });
  await until('complete');
  expect(names()).toEqual(['Page 9']);
  expect(asked[1]?.get('parent')).toBe('p');
  load.clear();
  expect(load.phase).toEqual({ phase: 'idle' });
  expect(names()).toEqual([]);
});
