import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import { cut, ok, scripted, startProvider, status, type Provider } from '../test/provider.js';

describe('UpstreamClient with a provider that fails all the time', () => {
  const http = new HttpClient();
  let store: Store;
  let remove: () => Promise<void>;
  let provider: Provider;
  let client: UpstreamClient;
  let now: number;

  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
  });
  beforeEach(() => {
    now = 1_000_000;
    client = new UpstreamClient(
      http,
      new RateLimiter(store),
      () => now,
      () => 0.001,
    );
  });
  afterEach(() => provider.stop());
  afterAll(async () => {
    await http.close();
    await remove();
  });

  const options = () => ({ requester: { tenant: 'org', job: 'job' }, defaultRetryAfterMs: 20 });
  const read = () =>
    client.request({
      request: { method: 'GET', url: provider.url, headers: {} },
      classify: () => undefined,
      repeatable: true,
      ...options(),
    });
  const stream = (body?: string, signal?: AbortSignal) =>
    client.stream({
      request: {
        method: body === undefined ? 'GET' : 'POST',
        url: provider.url,
        headers: {},
        ...(body ? { body } : {}),
      },
      ...options(),
      signal,
    });
  async function readRepeatedly(count: number) {
    for (let i = 0; i < count; i += 1) {
      if (i > 0) now += 3_000;
      await read().catch(() => {});
    }
  }

  it.each([
    ['cuts connections', cut],
    ['responds with 502', status(502)],
  ])('sends nothing more when it %s', async (_name, fault) => {
    const script = scripted(fault);
    provider = await startProvider(script);
    await readRepeatedly(3);
    const asked = script.requests;
    for (const call of [read, stream, () => stream('sent')])
      await expect(call()).rejects.toMatchObject({
        reason: 'unavailable',
        context: { retryAfterMs: expect.any(Number) },
      });
    expect(script.requests).toBe(asked);
  });

  it('sends one request after the cooldown, and all of them as soon as one succeeds', async () => {
    const script = scripted(...Array.from({ length: 9 }, () => cut), ok);
    provider = await startProvider(script);
    await readRepeatedly(3);
    now += 1_000;
    const [first, second] = await Promise.allSettled([read(), read()]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect(await read()).toMatchObject({ body: { fine: true } });
  });

  it.each([401, 404, 429])('takes a %i for a sign of life', async (code) => {
    const script = scripted(status(code, { 'retry-after': '0' }));
    provider = await startProvider(script);
    await readRepeatedly(5);
    await expect(read()).rejects.toMatchObject({ context: { status: code } });
  });

  it('does not count requests that the caller aborted', async () => {
    let abort: AbortController;
    const script = scripted(() => abort.abort());
    provider = await startProvider(script);
    for (let i = 0; i < 10; i += 1) {
      abort = new AbortController();
      await expect(stream(undefined, abort.signal)).rejects.toThrow();
      now += 3_000;
    }
    expect(script.requests).toBe(10);
  });
});
