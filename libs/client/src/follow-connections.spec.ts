import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCauseway, followConnections, type ConnectionNews } from './index.js';

let answer: (response: ServerResponse, turn: number) => void;
let server: Server;
let baseUrl: string;
const lastIds: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const id = request.headers['last-event-id'];
    lastIds.push(Array.isArray(id) ? id[0] : id);
    answer(response, lastIds.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (lastIds.length = 0));

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

/** The first news, as many as wanted. */
async function first(count: number): Promise<ConnectionNews[]> {
  const away = new AbortController();
  const all: ConnectionNews[] = [];
  for await (const news of followConnections(createCauseway({ baseUrl }), { orgId: 'acme', signal: away.signal })) {
    all.push(news);
    if (all.length === count) break;
  }
  away.abort();
  return all;
}

test('events as they come, over ends and failures of the stream, without telling one twice', async () => {
  answer = (response, turn) => {
    if (turn === 2) response.destroy();
    else if (turn === 1)
      stream(response).end(
        'retry: 1000\n\nid: 7\nevent: connection.created\ndata: {"id":"con_1"}\n\n: alive\nid: 8\n\n',
      );
    else stream(response).write('id: 9\nevent: connection.deleted\ndata: {"id":\ndata: "con_1"}\n\n');
  };
  expect(await first(3)).toEqual([
    { event: 'reset' },
    { event: 'connection.created', connection: { id: 'con_1' } },
    { event: 'connection.deleted', connection: { id: 'con_1' } },
  ]);
  expect(lastIds).toEqual([undefined, '8', '8']);
});

test('what may not be read is not asked for again and again', async () => {
  const problem = { title: 'No', detail: 'Sign in again.', slug: 'unauthenticated', status: 401 };
  answer = (response) => void response.writeHead(401).end(JSON.stringify(problem));
  await expect(first(1)).rejects.toMatchObject({ name: 'CausewayError', problem });
  expect(lastIds).toHaveLength(1);
});

test('ends when it is told to, also while it waits to come back', async () => {
  answer = (response) => void response.destroy();
  const away = new AbortController();
  setTimeout(() => away.abort(), 100);
  const seen: ConnectionNews[] = [];
  for await (const news of followConnections(createCauseway({ baseUrl }), { signal: away.signal })) seen.push(news);
  expect(seen).toEqual([]);
});
