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
  refusingUrl,
  ok,
  scripted,
  silence,
  startProvider,
  status,
  type Provider,
} from '../test/provider.js';

const rateLimited = status(429, { 'retry-after': '0' });
const unavailable = status(503, { 'retry-after': '0' });
const echo: RequestListener = (request, response) =>
  request.pipe(response.writeHead(201, { 'x-method': request.method }));
/** Responds without having read the request body. */
const unread =
  (respond: RequestListener): RequestListener =>
  (request, response) => {
    request.pause();
    respond(request, response);
  };

describe('UpstreamClient.stream', () => {
  const http = new HttpClient();
  const providers: Provider[] = [];
  let store: Store;
  let remove: () => Promise<void>;
  let client: UpstreamClient;

  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
  });
  beforeEach(() => {
    client = new UpstreamClient(http, new RateLimiter(store), Date.now, () => 0.01);
  });
  afterEach(() => providers.splice(0).forEach((provider) => provider.stop()));
  afterAll(async () => {
    await http.close();
    await remove();
  });

  async function stream(
    listener: RequestListener | string,
    request: Partial<UpstreamStreamRequest['request']> = {},
    options: Partial<UpstreamStreamRequest> = {},
  ) {
    const provider = typeof listener === 'string' ? null : await startProvider(listener);
    if (provider !== null) providers.push(provider);
    return client.stream({
      request: { method: 'GET', url: provider?.url ?? (listener as string), headers: {}, ...request },
      requester: { tenant: 'org', job: 'flow' },
      defaultRetryAfterMs: 20,
      ...options,
    });
  }

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const)('sends %s', async (method) => {
    const response = await stream(echo, { method, ...(method === 'POST' ? { body: Buffer.from('sent') } : {}) });
    expect(response.status).toBe(201);
    expect(response.headers['x-method']).toBe(method);
    expect(await text(response.body)).toBe(method === 'POST' ? 'sent' : '');
  });

  it('streams the response body while it is still arriving', async () => {
    let finish = () => {};
    const slow: RequestListener = (_request, response) => {
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).write('first');
      finish = () => response.end('last');
    };
    const { body, headers } = await stream(slow);
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await parts.next()).value)).toBe('first');
    finish();
    expect(String((await parts.next()).value)).toBe('last');
  });

  it('does not count the time that the body takes towards the timeout', async () => {
    const slow: RequestListener = (_request, response) => {
      response.write('first');
      setTimeout(() => response.end(' last'), 400);
    };
    const { body } = await stream(slow, {}, { timeoutMs: 200 });
    expect(await text(body)).toBe('first last');
  });

  it.each([200, 204, 302, 400, 401, 404, 409, 500, 501])('resolves with a %i', async (code) => {
    const provider = scripted(status(code, code === 302 ? { location: '/elsewhere' } : {}), ok);
    expect((await stream(provider)).status).toBe(code);
    expect(provider.requests).toBe(1);
  });

  it.each([
    ['429', rateLimited],
    ['503 with Retry-After', unavailable],
    ['502', status(502)],
    ['503', status(503)],
    ['503 with a Retry-After of no form', status(503, { 'retry-after': '-1' })],
    ['504', status(504)],
    ['cut connection', cut],
  ])('retries after a %s', async (_name, fault) => {
    const provider = scripted(fault, fault, ok);
    expect(await text((await stream(provider)).body)).toBe('{"fine":true}');
    expect(provider.requests).toBe(3);
  });

  it.each([
    [429, rateLimited],
    [502, status(502)],
    [503, unavailable],
  ])('resolves with the last of four %is', async (code, fault) => {
    const provider = scripted(fault);
    expect((await stream(provider)).status).toBe(code);
    expect(provider.requests).toBe(4);
  });

  it.each(['HEAD', 'OPTIONS'] as const)('retries %s after a 502', async (method) => {
    const provider = scripted(status(502), ok);
    expect((await stream(provider, { method })).status).toBe(200);
    expect(provider.requests).toBe(2);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('resolves %s with a 502', async (method) => {
    const provider = scripted(status(502), ok);
    expect((await stream(provider, { method })).status).toBe(502);
    expect(provider.requests).toBe(1);
  });

  it('resolves at once with a 429 whose Retry-After is beyond the maximum wait', async () => {
    const provider = scripted(status(429, { 'retry-after': '3' }), ok);
    const response = await stream(provider, {}, { maxWaitMs: 2_000 });
    expect([response.status, await text(response.body)]).toEqual([429, '{}']);
    expect(provider.requests).toBe(1);
  });

  it.each([
    ['a timeout', silence, 'timeout'],
    ['cut connections', cut, 'unavailable'],
  ] as const)('rejects after %s', async (_name, fault, reason) => {
    await expect(stream(scripted(fault), {}, { timeoutMs: 300 })).rejects.toMatchObject({ reason });
  });

  it('rejects when the connection is refused', async () => {
    await expect(stream(await refusingUrl())).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('rejects a header that cannot be sent, without sending anything', async () => {
    const provider = scripted(ok);
    await expect(stream(provider, { headers: { 'x-name': 'a\nb' } })).rejects.toMatchObject({ reason: 'rejected' });
    expect(provider.requests).toBe(0);
  });

  describe.each(['POST', 'PATCH'] as const)('%s', (method) => {
    it('is sent again after a 429', async () => {
      const response = await stream(scripted(rateLimited, echo), { method, body: 'sent' });
      expect(await text(response.body)).toBe('sent');
    });

    it.each([
      ['a cut connection', cut],
      ['a silent provider', silence],
    ])('is not sent again after %s', async (_name, fault) => {
      const provider = scripted(fault, ok);
      await expect(stream(provider, { method, body: 'sent' }, { timeoutMs: 300 })).rejects.toThrow();
      expect(provider.requests).toBe(1);
    });

    it('is not sent again after a 503', async () => {
      expect((await stream(scripted(unavailable, ok), { method, body: 'sent' })).status).toBe(503);
    });

    it('is sent again, with its stream, when the connection is refused', async () => {
      const url = await refusingUrl();
      let retries = 0;
      const observer = { onWait: () => {}, onRetry: () => void (retries += 1) };
      await expect(stream(url, { method, body: Readable.from(['sent']) }, { observer })).rejects.toThrow();
      expect(retries).toBe(3);
    });
  });

  it('streams a request body, and does not send it again once it has been read from', async () => {
    const body = () => Readable.from(['sent ', 'in ', 'parts'].map((part) => Buffer.from(part)));
    const sent = await stream(echo, { method: 'POST', body: body() });
    expect(await text(sent.body)).toBe('sent in parts');
    const provider = scripted(rateLimited, echo);
    expect((await stream(provider, { method: 'POST', body: body() })).status).toBe(429);
    expect(provider.requests).toBe(1);
  });

  it('rejects when the request body fails', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('sent');
        await sleep(20);
        throw new Error('gone');
      })(),
    );
    const provider = scripted(echo);
    const response = stream(provider, { method: 'PUT', body: broken }).then(({ body }) => text(body));
    await expect(response).rejects.toThrow();
    expect(provider.requests).toBeLessThanOrEqual(1);
  });

  it.each([
    ['an exchange', unread(silence)],
    ['a wait', status(429, { 'retry-after': '10' })],
  ])('aborts %s with the signal', async (_name, fault) => {
    const abort = new AbortController();
    const opened = stream(scripted(fault), {}, { signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(opened).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('aborts a response body with the signal, and when it is stopped', async () => {
    const endless: RequestListener = (_request, response) => void response.write('first');
    const abort = new AbortController();
    const [first, second] = await Promise.all([stream(endless, {}, { signal: abort.signal }), stream(endless)]);
    abort.abort();
    await expect(text(first.body)).rejects.toThrow();
    client.stop();
    await expect(text(second.body)).rejects.toThrow();
  });

  it('fails the response body when the connection is cut', async () => {
    const { body } = await stream(cutInBody);
    await expect(text(body)).rejects.toThrow();
  });

  it('reports waits and retries to the observer', async () => {
    const reports: (number | string)[] = [];
    const observer = {
      onWait: (ms: number) => reports.push(Math.round(ms / 100)),
      onRetry: () => reports.push('again'),
    };
    await stream(scripted(status(503, { 'retry-after': '1' }), html), {}, { observer });
    expect(reports).toEqual([10, 0, 'again']);
  });
});
