import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import {
  CausewayError,
  createCauseway,
  LoadInterruptedError,
  streamItems,
  type StreamItemsOptions,
  type LoadLine,
} from './index.js';

type Respond = (response: ServerResponse, url: URL) => Promise<void> | void;

let respond: Respond;
let server: Server;
let baseUrl: string;
const requests: { url: URL; accept: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service.test');
    requests.push({ url, accept: request.headers.accept, authorization: request.headers.authorization });
    void respond(response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const item = (id: string, name = id) => ({ item: { id, type: 'page', name } }) as unknown as LoadLine;
const progress = (resumeCursor: string | null) =>
  ({ progress: { items: 1, pages: 1, byType: {}, waitingMs: 0, resumeCursor } }) as LoadLine;
const end = { end: { complete: true, items: 1, resumeCursor: null } } as unknown as LoadLine;
const text = (...lines: LoadLine[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** Writes piece by piece, each in a packet of its own as far as the system allows. */
const inPieces =
  (...pieces: (string | Uint8Array)[]): Respond =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const piece of pieces) {
      await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      await pause(1);
    }
    response.end();
  };

async function read(options: Partial<StreamItemsOptions> = {}): Promise<LoadLine[]> {
  const lines: LoadLine[] = [];
  for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1', ...options }))
    lines.push(line);
  return lines;
}

test('yields the lines one by one, and sends the options as the query', async () => {
  const lines = [item('1'), item('2'), progress('c1'), end];
  respond = inPieces(text(...lines));
  const query = { types: ['page', 'table'], parent: 'p', cursor: 'c', updatedSince: '2024-01-01T00:00:00Z' };
  expect(await read(query)).toEqual(lines);
  const { url, accept } = requests.at(-1) ?? { url: new URL('x:'), accept: '' };
  expect(accept).toBe('application/x-ndjson');
  expect(url.pathname).toBe('/connections/con_1/items');
  expect(url.searchParams.getAll('types')).toEqual(['page', 'table']);
  expect(url.searchParams.get('cursor')).toBe('c');
});

test('calls the function for a session token before every request', async () => {
  respond = inPieces(text(end));
  let calls = 0;
  const client = createCauseway({ baseUrl, sessionToken: async () => `cws_${(calls += 1)}` });
  for (const expected of ['Bearer cws_1', 'Bearer cws_2']) {
    for await (const line of streamItems(client, { connectionId: 'con_1' })) expect(line).toEqual(end);
    expect(requests.at(-1)?.authorization).toBe(expected);
  }
});

test('reads the same lines however the body is split into chunks', async () => {
  const lines = [item('1', 'Zoë 🦊 日本語'), item('2', '\u2028 "quoted" \\'), progress('ç'), end];
  const bytes = new TextEncoder().encode(text(...lines));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), async (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      respond = inPieces(...edges.slice(1).map((to, at) => bytes.slice(edges[at], to)));
      expect(await read()).toEqual(lines);
    }),
    { numRuns: 25 },
  );
});

describe('a response that ends before the load does', () => {
  const interrupted = async (options: Partial<StreamItemsOptions> = {}) => {
    const lines: LoadLine[] = [];
    try {
      for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1', ...options }))
        lines.push(line);
    } catch (error) {
      return { lines, error };
    }
    throw new Error('was not interrupted');
  };

  test.each<[string, Respond]>([
    ['ended between two lines', inPieces(text(item('1'), progress('c1'), item('2')))],
    ['ended within a line', inPieces(text(item('1'), progress('c1'), item('2')), '{"item":{"id":"3"')],
    ['ended before the line feed of the end line', inPieces(text(item('1'), progress('c1'), item('2')), '{"end":{}}')],
    [
      'broken by the network',
      async (response) => {
        await inPieces(text(item('1'), progress('c1'), item('2')))(
          Object.assign(response, { end: () => setTimeout(() => response.destroy(), 50) }),
          new URL('x:'),
        );
      },
    ],
  ])('throws where to resume when the response is %s', async (_, how) => {
    respond = how;
    const { lines, error } = await interrupted();
    expect(lines).toEqual([item('1'), progress('c1'), item('2')]);
    expect(error).toBeInstanceOf(LoadInterruptedError);
    expect(error).toMatchObject({ resumeCursor: 'c1', problem: { title: 'The load was interrupted' } });
  });

  test('resumes at the cursor of the load when there was no progress line', async () => {
    respond = inPieces(text(item('1')));
    expect((await interrupted({ cursor: 'c0' })).error).toMatchObject({ resumeCursor: 'c0' });
    expect((await interrupted()).error).toMatchObject({ resumeCursor: null });
  });

  test('resumes at the cursor of the load when there was no response', async () => {
    respond = (response) => void response.destroy();
    expect((await interrupted({ cursor: 'c0' })).error).toMatchObject({
      name: 'LoadInterruptedError',
      resumeCursor: 'c0',
    });
  });
});

test('throws the problem when the service does not start the load', async () => {
  const problem = { title: 'No', detail: 'There is no such connection.', slug: 'unknown-connection', status: 404 };
  respond = (response) =>
    void response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  const error = await read().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CausewayError);
  expect(error).not.toBeInstanceOf(LoadInterruptedError);
  expect(error).toMatchObject({ problem, message: problem.detail });
});

describe('closes the connection to the service', () => {
  const endless = () => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    respond = (response) => {
      response.on('close', closed);
      response.writeHead(200).write(text(item('1')));
    };
    return gone;
  };

  test('when the consumer leaves the loop', async () => {
    const gone = endless();
    for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1' })) {
      expect(line).toEqual(item('1'));
      break;
    }
    await gone;
  });

  test('when it is aborted, and throws the reason', async () => {
    const gone = endless();
    const controller = new AbortController();
    const reading = read({ signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await gone;
  });
});
