import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import { cut, ok, scripted, startProvider, status, type Provider } from '../test/provider.js';

describe('UpstreamClient, when a provider is dead', () => {
  const http = new HttpClient();
  let store: Store;
  let remove: () => Promise<void>;
  let provider: Provider;
  let caller: UpstreamClient;
  let now: number;

  beforeAll(async () => {
    ({ store, remove } = await openTemporaryStore());
  });
  beforeEach(() => {
    now = 1_000_000;
    caller = new UpstreamClient(
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

  const errand = () => ({ requester: { tenant: 'org', job: 'job' }, defaultRetryAfterMs: 20 });
  const read = () =>
    caller.request({
      request: { method: 'GET', url: provider.url, headers: {} },
      classify: () => undefined,
      repeatable: true,
      ...errand(),
    });
  const open = (body?: string) =>
    caller.stream({
      request: {
        method: body === undefined ? 'GET' : 'POST',
        url: provider.url,
        headers: {},
        ...(body ? { body } : {}),
      },
      ...errand(),
    });
  async function callers(count: number) {
    for (let i = 0; i < count; i += 1) {
      if (i > 0) now += 3_000;
      await read().catch(() => {});
    }
  }

  it.each([
    ['cuts', cut],
    ['answers 502', status(502)],
  ])('it is not asked any more when it %s', async (_name, fault) => {
    const script = scripted(fault);
    provider = await startProvider(script);
    await callers(3);
    const asked = script.requests;
    for (const call of [read, open, () => open('sent')])
      await expect(call()).rejects.toMatchObject({
        reason: 'unavailable',
        context: { retryAfterMs: expect.any(Number) },
      });
    expect(script.requests).toBe(asked);
  });

  it('it is asked again after a while, and by everybody as soon as it answers', async () => {
    const script = scripted(...Array.from({ length: 9 }, () => cut), ok);
    provider = await startProvider(script);
    await callers(3);
    now += 1_000;
    const [first, second] = await Promise.allSettled([read(), read()]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect(await read()).toMatchObject({ body: { fine: true } });
  });

  it.each([401, 404, 429])('a %i is a sign of life', async (code) => {
    const script = scripted(status(code, { 'retry-after': '0' }));
    provider = await startProvider(script);
    await callers(5);
    await expect(read()).rejects.toMatchObject({ context: { status: code } });
  });

  it('what the caller ended is no sign of death', async () => {
    const script = scripted(() => undefined);
    provider = await startProvider(script);
    for (let i = 0; i < 10; i += 1) {
      const abort = new AbortController();
      const opened = caller.stream({
        request: { method: 'GET', url: provider.url, headers: {} },
        ...errand(),
        signal: abort.signal,
      });
      setTimeout(() => abort.abort(), 10);
      await expect(opened).rejects.toThrow();
      now += 3_000;
    }
    expect(script.requests).toBe(10);
  });
});
