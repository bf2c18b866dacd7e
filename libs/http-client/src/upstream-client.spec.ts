import type { RequestListener } from 'node:http';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient, type UpstreamRequest } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import { cut, cutInBody, html, ok, scripted, silence, startProvider, status, type Provider } from '../test/provider.js';

describe('UpstreamClient', () => {
  let providers: Provider[] = [];
  const callers: UpstreamClient[] = [];
  let store: Store;
  let remove: () => Promise<void>;
  const http = new HttpClient();

  beforeEach(async () => {
    ({ store, remove } = await openTemporaryStore());
  });
  afterEach(async () => {
    for (const provider of providers) provider.stop();
    providers = [];
    await remove();
  });
  afterAll(() => http.close());

  async function call(listener: RequestListener, options: Partial<UpstreamRequest> = {}) {
    const provider = await startProvider(listener);
    providers.push(provider);
    const caller = new UpstreamClient(http, new RateLimiter(store), Date.now, () => 0.01);
    callers.push(caller);
    return caller.request({
      request: { method: 'GET', url: provider.url, headers: {} },
      classify: () => undefined,
      repeatable: true,
      requester: { tenant: 'org', job: 'flow' },
      defaultRetryAfterMs: 20,
      ...options,
    });
  }

  it.each([
    ['a 500', status(500)],
    ['a 429 without a hint', status(429)],
    ['a 429 with seconds', status(429, { 'retry-after': '0' })],
    ['a 429 with a date', status(429, { 'retry-after': new Date(Date.now() - 1_000).toUTCString() })],
    ['a cut connection', cut],
    ['a connection cut in the body', cutInBody],
    ['a page instead of JSON', html],
  ])('goes on after %s', async (_name, fault) => {
    const provider = scripted(fault, fault, ok);
    expect((await call(provider)).body).toEqual({ fine: true });
    expect(provider.requests).toBe(3);
  });

  it.each([
    ['a dead provider', cut, 'unavailable'],
    ['nonsense', html, 'malformed'],
    ['a 503', status(503), 'unavailable'],
  ] as const)('gives up on %s after four tries', async (_name, fault, reason) => {
    const provider = scripted(fault);
    await expect(call(provider)).rejects.toMatchObject({ reason });
    expect(provider.requests).toBe(4);
  });

  it('does not wait longer than the deadline for a silent provider', async () => {
    await expect(call(scripted(silence), { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('does not wait for a 429 that outlasts the deadline, and says how long it would be', async () => {
    const provider = scripted(status(429, { 'retry-after': '120' }), ok);
    await expect(call(provider)).rejects.toMatchObject({ reason: 'rate-limited', context: { retryAfterMs: 120_000 } });
    expect(provider.requests).toBe(1);
  });

  it('a hint in the header goes before what the provider’s own reading says', async () => {
    const provider = scripted(status(429, { 'retry-after': '0' }), ok);
    const classify: UpstreamRequest['classify'] = ({ status: code }) =>
      code === 429 ? { reason: 'rate-limited', retryAfterMs: 60_000 } : undefined;
    expect((await call(provider, { classify })).body).toEqual({ fine: true });
  });

  it('ends calls and waits in flight when it is stopped', async () => {
    const waiting = call(scripted(status(429, { 'retry-after': '10' })));
    const silent = call(scripted(silence));
    setTimeout(() => callers.forEach((caller) => caller.stop()), 100);
    await expect(waiting).rejects.toMatchObject({ reason: 'unavailable' });
    await expect(silent).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it.each([400, 401, 403, 404])('asks once where the answer is %i', async (code) => {
    const provider = scripted(status(code), ok);
    await expect(call(provider)).rejects.toMatchObject({ context: { status: code } });
    expect(provider.requests).toBe(1);
  });

  it('does not repeat a write that may have been carried out', async () => {
    const provider = scripted(cut, ok);
    await expect(call(provider, { repeatable: false })).rejects.toMatchObject({ reason: 'unavailable' });
    expect(provider.requests).toBe(1);
  });

  it('believes the provider’s own reading of a 200', async () => {
    const provider = scripted(ok);
    await expect(
      call(provider, { classify: () => ({ reason: 'forbidden', code: 'missing_scope' }) }),
    ).rejects.toMatchObject({
      reason: 'forbidden',
      context: { code: 'missing_scope' },
    });
  });

  it('a 429 pauses everybody on the same budget', async () => {
    const budget = { rate: { limit: 100, periodMs: 1_000 }, ref: { partition: 'p', key: 'budget' } };
    await call(scripted(status(429, { 'retry-after': '0.2' }), ok), { rateLimit: budget });
    await new RateLimiter(store).pause(budget, 10_000);
    await expect(call(scripted(ok), { rateLimit: budget, maxWaitMs: 2_000 })).rejects.toMatchObject({
      reason: 'rate-limited',
    });
  });

  it('believes the provider about what is left', async () => {
    const budget = {
      rate: { limit: 100, periodMs: 60_000 },
      ref: { partition: 'p', key: 'reported' },
      remainingHeader: 'x-remaining',
    };
    const remaining = (left: number) => status(200, { 'x-remaining': `${left}` });
    await call(scripted(remaining(1)), { rateLimit: budget });
    await call(scripted(remaining(0)), { rateLimit: budget });
    const provider = scripted(ok);
    await expect(call(provider, { rateLimit: budget })).rejects.toMatchObject({ reason: 'rate-limited' });
    expect(provider.requests).toBe(0);
  });
});
