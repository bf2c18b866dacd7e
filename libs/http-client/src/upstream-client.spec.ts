import type { RequestListener } from 'node:http';
import type { Store } from '@causeway/store';
import { openTemporaryStore } from '@causeway/testing';
import { HttpClient, UpstreamClient, type UpstreamRequest } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import { cut, cutInBody, html, ok, scripted, silence, startProvider, status, type Provider } from '../test/provider.js';

describe('UpstreamClient', () => {
  let providers: Provider[] = [];
  const clients: UpstreamClient[] = [];
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

  async function request(listener: RequestListener, options: Partial<UpstreamRequest> = {}) {
    const provider = await startProvider(listener);
    providers.push(provider);
    const client = new UpstreamClient(http, new RateLimiter(store), Date.now, () => 0.01);
    clients.push(client);
    return client.request({
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
    ['a 429 with a time of no form', status(429, { 'retry-after': '5,5' })],
    ['a cut connection', cut],
    ['a connection cut in the body', cutInBody],
    ['HTML instead of JSON', html],
  ])('retries after %s', async (_name, fault) => {
    const provider = scripted(fault, fault, ok);
    expect((await request(provider)).body).toEqual({ fine: true });
    expect(provider.requests).toBe(3);
  });

  it.each([
    ['cut connections', cut, 'unavailable'],
    ['HTML', html, 'malformed'],
    ['503s', status(503), 'unavailable'],
  ] as const)('gives up after four tries that met %s', async (_name, fault, reason) => {
    const provider = scripted(fault);
    await expect(request(provider)).rejects.toMatchObject({ reason });
    expect(provider.requests).toBe(4);
  });

  it('times out when the provider is silent', async () => {
    await expect(request(scripted(silence), { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('does not wait for a Retry-After longer than the maximum wait, and rejects with that time', async () => {
    const provider = scripted(status(429, { 'retry-after': '120' }), ok);
    await expect(request(provider)).rejects.toMatchObject({
      reason: 'rate-limited',
      context: { retryAfterMs: 120_000 },
    });
    expect(provider.requests).toBe(1);
  });

  it('prefers the Retry-After header to the time that classify returns', async () => {
    const provider = scripted(status(429, { 'retry-after': '0' }), ok);
    const classify: UpstreamRequest['classify'] = ({ status: code }) =>
      code === 429 ? { reason: 'rate-limited', retryAfterMs: 60_000 } : undefined;
    expect((await request(provider, { classify })).body).toEqual({ fine: true });
  });

  it('aborts requests and waits when it is stopped', async () => {
    const waiting = request(scripted(status(429, { 'retry-after': '10' })));
    const silent = request(scripted(silence));
    setTimeout(() => clients.forEach((client) => client.stop()), 100);
    await expect(waiting).rejects.toMatchObject({ reason: 'stopping' });
    await expect(silent).rejects.toMatchObject({ reason: 'stopping' });
  });

  it.each([400, 401, 403, 404])('does not retry after a %i', async (code) => {
    const provider = scripted(status(code), ok);
    await expect(request(provider)).rejects.toMatchObject({ context: { status: code } });
    expect(provider.requests).toBe(1);
  });

  it('does not retry a request that is not repeatable after a cut connection', async () => {
    const provider = scripted(cut, ok);
    await expect(request(provider, { repeatable: false })).rejects.toMatchObject({ reason: 'unavailable' });
    expect(provider.requests).toBe(1);
  });

  it('rejects a 200 that classify reads as a failure', async () => {
    const provider = scripted(ok);
    await expect(
      request(provider, { classify: () => ({ reason: 'forbidden', code: 'missing_scope' }) }),
    ).rejects.toMatchObject({
      reason: 'forbidden',
      context: { code: 'missing_scope' },
    });
  });

  it('pauses the rate limit for all requests after a 429', async () => {
    const rateLimit = { rate: { limit: 100, periodMs: 1_000 }, ref: { partition: 'p', key: 'limit' } };
    await request(scripted(status(429, { 'retry-after': '0' }), ok), { rateLimit });
    await new RateLimiter(store).pause(rateLimit, 10_000);
    await expect(request(scripted(ok), { rateLimit, maxWaitMs: 2_000 })).rejects.toMatchObject({
      reason: 'rate-limited',
    });
  });

  it('heeds the provider’s header about the requests that are left', async () => {
    const rateLimit = {
      rate: { limit: 100, periodMs: 60_000 },
      ref: { partition: 'p', key: 'reported' },
      remainingHeader: 'x-remaining',
    };
    const remaining = (left: number) => status(200, { 'x-remaining': `${left}` });
    await request(scripted(remaining(1)), { rateLimit });
    await request(scripted(remaining(0)), { rateLimit });
    const provider = scripted(ok);
    await expect(request(provider, { rateLimit })).rejects.toMatchObject({ reason: 'rate-limited' });
    expect(provider.requests).toBe(0);
  });
});
