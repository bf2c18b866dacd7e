import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { CausewayError, createCauseway, LoadCutError, streamItems, type ItemsWish, type LoadLine } from './index.js';

type Answer = (response: ServerResponse, url: URL) => Promise<void> | void;

let answer: Answer;
let server: Server;
let baseUrl: string;
const asked: { url: URL; accept: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service.test');
    asked.push({ url, accept: request.headers.accept, authorization: request.headers.authorization });
    void answer(response, url);
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

/** Written piece by piece, each in a packet of its own as far as the system lets it. */
const inPieces =
  (...pieces: (string | Uint8Array)[]): Answer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const piece of pieces) {
      await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      await pause(1);
    }
    response.end();
  };

async function read(wish: Partial<ItemsWish> = {}): Promise<LoadLine[]> {
  const lines: LoadLine[] = [];
  for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1', ...wish }))
    lines.push(line);
  return lines;
}

test('gives the lines one by one, and asks for what is wished', async () => {
  const lines = [item('1'), item('2'), progress('c1'), end];
  answer = inPieces(text(...lines));
  const wish = { types: ['page', 'table'], parent: 'p', cursor: 'c', updatedSince: '2024-01-01T00:00:00Z' };
  expect(await read(wish)).toEqual(lines);
  const { url, accept } = asked.at(-1) ?? { url: new URL('x:'), accept: '' };
  expect(accept).toBe('application/x-ndjson');
  expect(url.pathname).toBe('/connections/con_1/items');
  expect(url.searchParams.getAll('types')).toEqual(['page', 'table']);
  expect(url.searchParams.get('cursor')).toBe('c');
});

test('a session token may be asked for anew with every call', async () => {
  answer = inPieces(text(end));
  let turn = 0;
  const client = createCauseway({ baseUrl, sessionToken: async () => `cws_${(turn += 1)}` });
  for (const expected of ['Bearer cws_1', 'Bearer cws_2']) {
    for await (const line of streamItems(client, { connectionId: 'con_1' })) expect(line).toEqual(end);
    expect(asked.at(-1)?.authorization).toBe(expected);
  }
});

test('chunks may end anywhere, also within a character', async () => {
  const lines = [item('1', 'Zoë 🦊 日本語'), item('2', '\u2028 "quoted" \\'), progress('ç'), end];
  const bytes = new TextEncoder().encode(text(...lines));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), async (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      answer = inPieces(...edges.slice(1).map((to, at) => bytes.slice(edges[at], to)));
      expect(await read()).toEqual(lines);
    }),
    { numRuns: 25 },
  );
});

describe('an answer that was cut', () => {
  const cut = async (wish: Partial<ItemsWish> = {}) => {
    const lines: LoadLine[] = [];
    try {
      for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1', ...wish }))
        lines.push(line);
    } catch (error) {
      return { lines, error };
    }
    throw new Error('was not cut');
  };

  test.each<[string, Answer]>([
    ['between two lines', inPieces(text(item('1'), progress('c1'), item('2')))],
    ['within a line', inPieces(text(item('1'), progress('c1'), item('2')), '{"item":{"id":"3"')],
    ['where a line only lacks its end', inPieces(text(item('1'), progress('c1'), item('2')), '{"end":{}}')],
    [
      'by the network',
      async (response) => {
        await inPieces(text(item('1'), progress('c1'), item('2')))(
          Object.assign(response, { end: () => setTimeout(() => response.destroy(), 50) }),
          new URL('x:'),
        );
      },
    ],
  ])('%s says so, and where to go on', async (_, how) => {
    answer = how;
    const { lines, error } = await cut();
    expect(lines).toEqual([item('1'), progress('c1'), item('2')]);
    expect(error).toBeInstanceOf(LoadCutError);
    expect(error).toMatchObject({ resumeCursor: 'c1', problem: { title: 'The load was cut off' } });
  });

  test('before any progress goes on where it was asked to begin', async () => {
    answer = inPieces(text(item('1')));
    expect((await cut({ cursor: 'c0' })).error).toMatchObject({ resumeCursor: 'c0' });
    expect((await cut()).error).toMatchObject({ resumeCursor: null });
  });

  test('or never began', async () => {
    answer = (response) => void response.destroy();
    expect((await cut({ cursor: 'c0' })).error).toMatchObject({ name: 'LoadCutError', resumeCursor: 'c0' });
  });
});

test('a problem instead of a load is one', async () => {
  const problem = { title: 'No', detail: 'There is no such connection.', slug: 'unknown-connection', status: 404 };
  answer = (response) =>
    void response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  const refused = await read().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CausewayError);
  expect(refused).not.toBeInstanceOf(LoadCutError);
  expect(refused).toMatchObject({ problem, message: problem.detail });
});

describe('the load ends at the service', () => {
  const endless = () => {
    let closed = () => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    answer = (response) => {
      response.on('close', closed);
      response.writeHead(200).write(text(item('1')));
    };
    return gone;
  };

  test('when the reader leaves the loop', async () => {
    const gone = endless();
    for await (const line of streamItems(createCauseway({ baseUrl }), { connectionId: 'con_1' })) {
      expect(line).toEqual(item('1'));
      break;
    }
    await gone;
  });

  test('when it is aborted, which is no cut', async () => {
    const gone = endless();
    const away = new AbortController();
    const reading = read({ signal: away.signal });
    setTimeout(() => away.abort(), 50);
    await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await gone;
  });
});
