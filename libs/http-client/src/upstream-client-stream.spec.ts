import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient, type UpstreamStreamRequest } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import {
  cut,
  cutInBody,
  html,
  nowhere,
  ok,
  scripted,
  silence,
  startProvider,
  status,
  type Provider,
} from '../test/provider.js';

const soon = status(429, { 'retry-after': '0' });
const busy = status(503, { 'retry-after': '0' });
const echo: RequestListener = (request, response) =>
  request.pipe(response.writeHead(201, { 'x-method': request.method }));
/** Answers without having read what was sent. */
const unread =
  (answer: RequestListener): RequestListener =>
  (request, response) => {
    request.pause();
    answer(request, response);
  };

describe('UpstreamClient.stream', () => {
  const http = new HttpClient();
  const providers: Provider[] = [];
  let store: Store;
  let remove: () => Promise<void>;
  let caller: UpstreamClient;

  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
  });
  beforeEach(() => {
    caller = new UpstreamClient(http, new RateLimiter(store), Date.now, () => 0.01);
  });
  afterEach(() => providers.splice(0).forEach((provider) => provider.stop()));
  afterAll(async () => {
    await http.close();
    await remove();
  });

  async function open(
    listener: RequestListener | string,
    request: Partial<UpstreamStreamRequest['request']> = {},
    options: Partial<UpstreamStreamRequest> = {},
  ) {
    const provider = typeof listener === 'string' ? null : await startProvider(listener);
    if (provider !== null) providers.push(provider);
    return caller.stream({
      request: { method: 'GET', url: provider?.url ?? (listener as string), headers: {}, ...request },
      requester: { tenant: 'org', job: 'flow' },
      defaultRetryAfterMs: 20,
      ...options,
    });
  }

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const)('sends %s', async (method) => {
    const answer = await open(echo, { method, ...(method === 'POST' ? { body: Buffer.from('sent') } : {}) });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-method']).toBe(method);
    expect(await text(answer.body)).toBe(method === 'POST' ? 'sent' : '');
  });

  it('hands on what it is given while it is still being given', async () => {
    let finish = () => {};
    const slow: RequestListener = (_request, response) => {
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).write('first');
      finish = () => response.end('last');
    };
    const { body, headers } = await open(slow);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await parts.next()).value)).toBe('first');
    finish();
    expect(String((await parts.next()).value)).toBe('last');
  });

  it('does not count the reading of a body towards the deadline', async () => {
    const slow: RequestListener = (_request, response) => {
      response.write('first');
      setTimeout(() => response.end(' last'), 400);
    };
    const { body } = await open(slow, {}, { timeoutMs: 200 });
    expect(await text(body)).toBe('first last');
  });

  it.each([200, 204, 302, 400, 401, 404, 409, 500, 502])('%i is an answer', async (code) => {
    const provider = scripted(status(code, code === 302 ? { location: '/elsewhere' } : {}), ok);
    expect((await open(provider)).status).toBe(code);
    expect(provider.requests).toBe(1);
  });

  it.each([
    ['429', soon],
    ['503 that says when', busy],
    ['cut connection', cut],
  ])('asks again after a %s', async (_name, fault) => {
    const provider = scripted(fault, fault, ok);
    expect(await text((await open(provider)).body)).toBe('{"fine":true}');
    expect(provider.requests).toBe(3);
  });

  it('answers with the last 429 of four', async () => {
    const provider = scripted(soon);
    expect((await open(provider)).status).toBe(429);
    expect(provider.requests).toBe(4);
  });

  it('answers with a 429 at once that asks for more patience than there is', async () => {
    const provider = scripted(status(429, { 'retry-after': '3' }), ok);
    const answer = await open(provider, {}, { maxWaitMs: 2_000 });
    expect([answer.status, await text(answer.body)]).toEqual([429, '{}']);
    expect(provider.requests).toBe(1);
  });

  it.each([
    ['a timeout', silence, 'timeout'],
    ['a provider that cuts', cut, 'unavailable'],
  ] as const)('%s is no answer', async (_name, fault, reason) => {
    await expect(open(scripted(fault), {}, { timeoutMs: 300 })).rejects.toMatchObject({ reason });
  });

  it('a refused connection is no answer', async () => {
    await expect(open(await nowhere())).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('a header that cannot be sent is nobody’s outage', async () => {
    const provider = scripted(ok);
    await expect(open(provider, { headers: { 'x-name': 'a\nb' } })).rejects.toMatchObject({ reason: 'rejected' });
    expect(provider.requests).toBe(0);
  });

  describe.each(['POST', 'PATCH'] as const)('%s', (method) => {
    it('is sent again after a 429', async () => {
      const answer = await open(scripted(soon, echo), { method, body: 'sent' });
      expect(await text(answer.body)).toBe('sent');
    });

    it.each([
      ['a cut connection', cut],
      ['a silent provider', silence],
    ])('is not sent again after %s', async (_name, fault) => {
      const provider = scripted(fault, ok);
      await expect(open(provider, { method, body: 'sent' }, { timeoutMs: 300 })).rejects.toThrow();
      expect(provider.requests).toBe(1);
    });

    it('is not sent again after a 503', async () => {
      expect((await open(scripted(busy, ok), { method, body: 'sent' })).status).toBe(503);
    });

    it('is sent again where nobody listened', async () => {
      const url = await nowhere();
      let retries = 0;
      const watch = { onWait: () => {}, onRetry: () => void (retries += 1) };
      await expect(open(url, { method, body: Readable.from(['sent']) }, { observer: watch })).rejects.toThrow();
      expect(retries).toBe(3);
    });
  });

  it('streams a body, and does not send again what it has read from', async () => {
    const body = () => Readable.from(['sent ', 'in ', 'parts'].map((part) => Buffer.from(part)));
    const sent = await open(echo, { method: 'POST', body: body() });
    expect(await text(sent.body)).toBe('sent in parts');
    const provider = scripted(soon, echo);
    expect((await open(provider, { method: 'POST', body: body() })).status).toBe(429);
    expect(provider.requests).toBe(1);
  });

  it('a body that breaks off ends the call', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('sent');
        await sleep(20);
        throw new Error('gone');
      })(),
    );
    const provider = scripted(echo);
    const answer = open(provider, { method: 'PUT', body: broken }).then(({ body }) => text(body));
    await expect(answer).rejects.toThrow();
    expect(provider.requests).toBeLessThanOrEqual(1);
  });

  it.each([
    ['an exchange', unread(silence)],
    ['a wait', status(429, { 'retry-after': '10' })],
  ])('%s ends with the signal', async (_name, fault) => {
    const abort = new AbortController();
    const opened = open(scripted(fault), {}, { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(opened).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('a body ends with the signal, and with the process', async () => {
    const endless: RequestListener = (_request, response) => void response.write('first');
    const abort = new AbortController();
    const [first, second] = await Promise.all([open(endless, {}, { signal: abort.signal }), open(endless)]);
    abort.abort();
    await expect(text(first.body)).rejects.toThrow();
    caller.stop();
    await expect(text(second.body)).rejects.toThrow();
  });

  it('a body that is cut does so for its reader', async () => {
    const { body } = await open(cutInBody);
    await expect(text(body)).rejects.toThrow();
  });

  it('tells of its waits and retries', async () => {
    const told: (number | string)[] = [];
    const watch = { onWait: (ms: number) => told.push(Math.round(ms / 100)), onRetry: () => told.push('again') };
    await open(scripted(status(503, { 'retry-after': '0.3' }), html), {}, { observer: watch });
    expect(told).toEqual([3, 0, 'again']);
  });
});
