import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCauseway, followConnections, type ConnectionEvent, type FollowConnectionsOptions } from './index.js';

let respond: (response: ServerResponse, requests: number) => void;
let server: Server;
let baseUrl: string;
const lastIds: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const id = request.headers['last-event-id'];
    lastIds.push(Array.isArray(id) ? id[0] : id);
    respond(response, lastIds.length);
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

async function firstEvents(count: number, options: Partial<FollowConnectionsOptions> = {}): Promise<ConnectionEvent[]> {
  const { signal } = new AbortController();
  const events: ConnectionEvent[] = [];
  for await (const event of followConnections(createCauseway({ baseUrl }), { orgId: 'acme', signal, ...options })) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

test('reconnects with the last id, keep-alives included, when the stream ends or fails', async () => {
  respond = (response, requests) => {
    if (requests === 2) response.destroy();
    else if (requests === 1)
      stream(response).end(
        'retry: 1000\n\nid: 7\nevent: connection.created\ndata: {"id":"con_1"}\n\n: alive\nid: 8\n\n',
      );
    else stream(response).write('id: 9\nevent: connection.deleted\ndata: {"id":\ndata: "con_1"}\n\n');
  };
  const statuses: string[] = [];
  const ids: string[] = [];
  const listeners = {
    onStatus: (status: string) => statuses.push(status),
    onLastEventId: (id: string) => ids.push(id),
  };
  expect(await firstEvents(3, listeners)).toEqual([
    { event: 'reset' },
    { id: '7', event: 'connection.created', connection: { id: 'con_1' } },
    { id: '9', event: 'connection.deleted', connection: { id: 'con_1' } },
  ]);
  expect(lastIds).toEqual([undefined, '8', '8']);
  expect(statuses).toEqual(['open', 'reconnecting', 'reconnecting', 'open']);
  expect(ids).toEqual(['7', '8', '9']);
});

test('throws the problem and does not reconnect when the service refuses the stream', async () => {
  const problem = { title: 'No', detail: 'Sign in again.', slug: 'unauthenticated', status: 401 };
  respond = (response) => void response.writeHead(401).end(JSON.stringify(problem));
  await expect(firstEvents(1)).rejects.toMatchObject({ name: 'CausewayError', problem });
  expect(lastIds).toHaveLength(1);
});

test('continues after an event of an earlier stream, without a reset', async () => {
  respond = (response) => stream(response).write('id: 8\nevent: reset\ndata: {}\n\n');
  expect(await firstEvents(1, { lastEventId: '7' })).toEqual([{ id: '8', event: 'reset' }]);
  expect(lastIds).toEqual(['7']);
});

test('ends when it is aborted while it waits to reconnect', async () => {
  const controller = new AbortController();
  respond = (response) => {
    response.destroy();
    setTimeout(() => controller.abort(), 100);
  };
  expect(await firstEvents(1, { signal: controller.signal })).toEqual([]);
});
