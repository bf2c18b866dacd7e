import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect as dial } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway } from '@causeway/client';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { answerTo, begin, exchange } from './support/exchange.js';
import { someone } from './support/users.js';
import { inTurn, say, startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';

const MB = 1024 * 1024;
const LARGE = 200 * MB;
/** Far below what is streamed, and above what one busy process needs anyhow. */
const MODEST = 90 * MB;
/** Buffers of two sockets and of both ends of each: Linux lets one that receives grow to 32 MB, and one that sends to 4 MB. */
const IN_FLIGHT = 76 * MB;

let apart: MockProvidersProcess;
let provider: PlainProvider;
let service: Service;
let path: string;
beforeAll(async () => {
  [apart, provider] = await Promise.all([startMockProviders(), startPlainProvider()]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, { NOTION_API_URL: provider.url });
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const { id } = await connect(causeway, 'notion', someone());
  path = `/connections/${id}/proxy/v1/files`;
});
beforeEach(() => {
  provider.seen = [];
});
afterAll(async () => {
  provider?.stop();
  await Promise.all([service?.stop(), apart?.stop()]);
});

async function residentBytes(): Promise<number> {
  const { text } = await raw(`${service.url}/metrics`);
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

/** The most that the service had in memory while the work went on, beside what it had before. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = await residentBytes();
  let most = before;
  let going = true;
  const watching = (async () => {
    while (going) {
      most = Math.max(most, await residentBytes());
      await sleep(50);
    }
  })();
  try {
    await work();
  } finally {
    going = false;
    await watching;
  }
  return most - before;
}

function* parts(bytes: number, part = Buffer.alloc(64 * 1024, 'x')): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, Math.min(left, part.length));
}

/** How much of an endless body the other side took so far. */
interface Taken {
  bytes: number;
}

const countTo =
  (taken: Taken): RequestListener =>
  (request, response) => {
    request.on('data', (part: Buffer) => (taken.bytes += part.length));
    request.on('end', () => response.end(String(taken.bytes)));
  };

describe('200 MB', () => {
  test('of a response are forwarded at the pace of their reader', async () => {
    const given: Taken = { bytes: 0 };
    provider.answer = (_request, response) => {
      const counted = (function* () {
        for (const part of parts(LARGE)) {
          given.bytes += part.length;
          yield part;
        }
      })();
      pipeline(Readable.from(counted, { objectMode: false }), response).catch(() => undefined);
    };
    let read = 0;
    const growth = await growthDuring(async () => {
      const request = begin(service.url, path);
      request.end();
      const answer = await answerTo(request);
      answer.once('readable', () => undefined);
      // Nobody reads yet: what has been given by now is what fits in between.
      let before = -1;
      for (; before !== given.bytes; await sleep(400)) before = given.bytes;
      expect(given.bytes).toBeLessThan(IN_FLIGHT);
      for await (const part of answer) read += (part as Buffer).length;
    });
    expect(read).toBe(LARGE);
    expect(growth).toBeLessThan(MODEST);
  }, 60_000);

  test.each([
    ['of a known length', { 'content-length': LARGE }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])(
    '%s are forwarded at the pace of the provider',
    async (_, headers) => {
      const taken: Taken = { bytes: 0 };
      let go = () => {};
      provider.answer = (request, response) => (go = () => countTo(taken)(request, response));
      let sent = 0;
      let answer: string | undefined;
      const growth = await growthDuring(async () => {
        const request = begin(service.url, path, { method: 'POST', headers });
        const answered = answerTo(request);
        const counted = (function* () {
          for (const part of parts(LARGE)) {
            sent += part.length;
            yield part;
          }
        })();
        const sending = pipeline(Readable.from(counted, { objectMode: false }), request);
        let before = -1;
        for (; before !== sent || sent === 0; await sleep(400)) before = sent;
        expect(sent).toBeLessThan(IN_FLIGHT);
        go();
        await sending;
        const [text] = (await once((await answered).setEncoding('utf8'), 'data')) as [string];
        answer = text;
      });
      expect(answer).toBe(String(LARGE));
      expect(growth).toBeLessThan(MODEST);
      expect(provider.seen[0]?.headers).toMatchObject(
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      );
    },
    60_000,
  );
});

test('streams both ways at once', async () => {
  provider.answer = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    request.pipe(response);
  };
  const request = begin(service.url, path, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } });
  const answered = answerTo(request);
  request.write('first');
  const answer = (await answered).setEncoding('utf8');
  expect(await once(answer, 'data')).toEqual(['first']);
  request.write('second');
  expect(await once(answer, 'data')).toEqual(['second']);
  request.end();
  await once(answer, 'end');
});

test('sends the headers before the first byte of the body', async () => {
  provider.answer = (_request, response) => response.writeHead(200, { 'x-notion-begun': '1' }).flushHeaders();
  const request = begin(service.url, path);
  request.end();
  const answer = await answerTo(request);
  expect(answer.headers['x-notion-begun']).toBe('1');
  answer.on('error', () => {});
  request.destroy();
});

describe('a caller who disconnects', () => {
  /** Resolves when the provider has lost whoever asked. */
  const leaving = (answer: RequestListener) =>
    new Promise<void>((resolve) => {
      provider.answer = (request, response) => {
        response.once('close', () => resolve());
        answer(request, response);
      };
    });
  // Reading on is how it hears of the end.
  const silence: RequestListener = (request) => void request.on('error', () => {}).resume();
  const endless: RequestListener = (_request, response) => {
    pipeline(Readable.from(parts(Infinity), { objectMode: false }), response).catch(() => undefined);
  };

  test.each([
    ['before an answer', 'GET', silence],
    ['in the middle of one', 'GET', endless],
    ['in the middle of its own body', 'PUT', silence],
  ])('%s ends the call', async (_, method, answer) => {
    const left = leaving(answer);
    const request = begin(service.url, path, { method });
    request.on('error', () => {}).on('response', (response) => response.on('error', () => {}));
    if (method === 'PUT') request.write(Buffer.alloc(MB));
    else request.end();
    await eventually(async () => expect(provider.seen).toHaveLength(1));
    await sleep(100);
    request.destroy();
    await left;
    // It was its own wish, and nobody asks again.
    await sleep(600);
    expect(provider.seen).toHaveLength(1);
  });
});

test('forwards a response that comes before the end of the upload', async () => {
  provider.answer = (request, response) => {
    response.writeHead(413).end('{"code":"too_large"}');
    request.on('error', () => {}).resume();
  };
  const large = Buffer.alloc(4 * MB);
  const answer = await exchange(service.url, path, {
    method: 'POST',
    headers: { 'content-length': large.length },
    body: large,
  });
  expect([answer.status, answer.json()]).toEqual([413, { code: 'too_large' }]);
});

test.each([
  ['a 429', say(429, { 'retry-after': '0' }), 429],
  ['a 401', say(401), 401],
])('what was streamed is not sent again after %s', async (_, refusal, status) => {
  const taken: Taken = { bytes: 0 };
  provider.answer = inTurn((request, response) => {
    request.resume().on('end', () => refusal(request, response));
  }, countTo(taken));
  const body = Buffer.alloc(MB);
  const { status: answered } = await exchange(service.url, path, { method: 'POST', body });
  expect([answered, provider.seen.length, taken.bytes]).toEqual([status, 1, 0]);
});

/** Sends the beginning, then a part every second, or nothing more. @returns what came back, and when the connection was over */
function drip(head: string, partSent: Buffer | null, times = Infinity): Promise<{ received: string; seconds: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = dial(service.port, '127.0.0.1', () => socket.write(head));
    let received = '';
    let left = times;
    const dripping = setInterval(() => {
      if (partSent !== null && left-- > 0) socket.write(partSent);
    }, 1_000);
    const over = () => {
      clearInterval(dripping);
      socket.destroy();
      resolve({ received, seconds: (performance.now() - began) / 1000 });
    };
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      if (received.startsWith('HTTP/1.1 200')) over();
    });
    socket.on('error', () => {}).on('close', over);
  });
}

test('allows an upload to last while it moves, but not one that stalls, trickles or is unauthorized', async () => {
  provider.answer = (request, response) => countTo({ bytes: 0 })(request, response);
  const part = Buffer.alloc(8 * 1024);
  const times = 24;
  const head = (key: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${length}\r\n\r\n`;
  const [slow, trickle, still, strange, small] = await Promise.all([
    drip(head(ADMIN_KEY, part.length * times), part, times),
    drip(head(ADMIN_KEY, MB), Buffer.from('a few bytes')),
    drip(head(ADMIN_KEY, MB), null),
    drip(head('a-stranger', part.length * times), part),
    drip(head(ADMIN_KEY, 1_000), Buffer.from('x')),
  ]);
  expect(slow.received).toMatch(/^HTTP\/1\.1 200 [\s\S]*196608$/);
  expect(slow.seconds).toBeGreaterThan(22);
  for (const slower of [trickle, still]) {
    expect(slower.received).toMatch(/^HTTP\/1\.1 408 /);
    expect(slower.seconds).toBeGreaterThan(28);
    expect(slower.seconds).toBeLessThan(45);
  }
  expect(strange.received).toMatch(/^HTTP\/1\.1 401 /);
  expect(strange.seconds).toBeLessThan(28);
  expect(small.received).toMatch(/^HTTP\/1\.1 408 /);
  expect(small.seconds).toBeGreaterThan(18);
  expect(small.seconds).toBeLessThan(28);
}, 90_000);

test('an answer without end is cut after its key was revoked, and after its connection was disconnected', async () => {
  provider.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const timer = setInterval(() => response.write('more '), 100);
    response.on('close', () => clearInterval(timer));
  };
  const operator = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const [made, { id }] = await Promise.all([
    operator.POST('/keys', { body: { name: 'a test', scopes: ['proxy'] } }),
    connect(operator, 'notion', someone()),
  ]);
  const { id: keyId = '', key = '' } = made.data ?? {};
  const read = async (connectionPath: string, token: string) => {
    const request = begin(service.url, connectionPath, { headers: { authorization: `Bearer ${token}` } });
    const response = await answerTo(request.end());
    expect(response.statusCode).toBe(200);
    response.on('error', () => {}).resume();
    await new Promise((resolve) => response.once('close', resolve));
    return performance.now();
  };
  const [byKey, byConnection] = [read(path, key), read(`/connections/${id}/proxy/v1/files`, ADMIN_KEY)];
  await eventually(() => expect(provider.seen).toHaveLength(2));
  await operator.DELETE('/keys/{id}', { params: { path: { id: keyId } } });
  await operator.DELETE('/connections/{id}', { params: { path: { id } } });
  const from = performance.now();
  for (const ended of await Promise.all([byKey, byConnection])) expect(ended - from).toBeLessThan(25_000);
}, 60_000);
