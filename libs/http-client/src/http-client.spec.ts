import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { HttpClient } from '@causeway/http-client';
import { ok, silence, startProvider, type Provider } from '../test/provider.js';

const BODY = { items: ['é', '🪁'] };
const JSON_TEXT = JSON.stringify(BODY);
const MB = 1024 * 1024;

describe('HttpClient.send', () => {
  const http = new HttpClient();
  const providers: Provider[] = [];
  afterEach(() => providers.splice(0).forEach((provider) => provider.stop()));
  afterAll(() => http.close());

  async function send(body: Buffer | string, contentEncoding?: string) {
    const accepted: unknown[] = [];
    const provider = await startProvider((request, response) => {
      accepted.push(request.headers['accept-encoding']);
      response.writeHead(200, contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }).end(body);
    });
    providers.push(provider);
    const response = await http.send({ method: 'GET', url: provider.url, headers: {}, timeoutMs: 10_000 });
    return { ...response, accepted };
  }

  it('accepts gzip', async () => {
    expect((await send(JSON_TEXT)).accepted).toEqual(['gzip']);
  });

  it.each([
    ['gzip', gzipSync(JSON_TEXT)],
    ['x-gzip', gzipSync(JSON_TEXT)],
    ['GZIP', gzipSync(JSON_TEXT)],
    ['br', brotliCompressSync(JSON_TEXT)],
    ['deflate', deflateSync(JSON_TEXT)],
    ['deflate', deflateRawSync(JSON_TEXT)],
    ['deflate, gzip', gzipSync(deflateSync(JSON_TEXT))],
    ['identity', Buffer.from(JSON_TEXT)],
    ['', Buffer.from(JSON_TEXT)],
  ])('decodes %j', async (coding, body) => {
    expect((await send(body, coding)).body).toEqual(BODY);
  });

  it.each([
    ['plain', JSON_TEXT, undefined],
    ['gzip', gzipSync(`\uFEFF${JSON_TEXT}`), 'gzip'],
  ])('drops a byte order mark (%s)', async (_name, body, coding) => {
    expect((await send(body === JSON_TEXT ? `\uFEFF${JSON_TEXT}` : body, coding)).body).toEqual(BODY);
  });

  it('has no body where a coded one is empty', async () => {
    expect((await send('', 'gzip')).body).toBeUndefined();
  });

  it.each([
    ['what is not gzip', JSON_TEXT, 'gzip'],
    ['half a gzip', gzipSync(JSON_TEXT).subarray(0, 20), 'gzip'],
    ['a coding that it does not know', JSON_TEXT, 'snappy'],
    ['a name of Object', JSON_TEXT, 'constructor'],
    ['codings upon codings', gzipSync(gzipSync(gzipSync(gzipSync(JSON_TEXT)))), 'gzip, gzip, gzip, gzip'],
  ])('rejects %s as malformed', async (_name, body, coding) => {
    await expect(send(body, coding)).rejects.toMatchObject({ reason: 'malformed' });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(33 * MB, 0x20))],
    ['br', brotliCompressSync(Buffer.alloc(33 * MB, 0x20))],
    ['deflate', deflateSync(Buffer.alloc(33 * MB, 0x20))],
    ['deflate, gzip', gzipSync(deflateSync(Buffer.alloc(33 * MB, 0x20)))],
  ])('rejects a small body of %s that decodes to more than 32 MB', async (coding, body) => {
    expect(body.length).toBeLessThan(MB);
    await expect(send(body, coding)).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('reads a body that decodes to less than 32 MB', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(31 * MB) });
    expect((await send(gzipSync(text), 'gzip')).body).toEqual({ text: 'x'.repeat(31 * MB) });
  });
});

it('keeps no request that is read whole waiting for a connection that a stream holds', async () => {
  const http = new HttpClient();
  const provider = await startProvider((request, response) => {
    if (request.method === 'PUT') silence(request, response);
    else ok(request, response);
  });
  const stop = new AbortController();
  const request = { url: provider.url, headers: {}, timeoutMs: 60_000, signals: [stop.signal] };
  const stuck = Array.from({ length: 200 }, () =>
    http.stream({ ...request, method: 'PUT' }).catch((error: unknown) => error),
  );
  const began = performance.now();
  expect(await http.send({ ...request, method: 'GET' })).toMatchObject({ status: 200 });
  const another = await http.stream({ ...request, method: 'GET' });
  expect(another.status).toBe(200);
  await another.body.dump();
  expect(performance.now() - began).toBeLessThan(5_000);
  stop.abort();
  await Promise.all(stuck);
  await http.close();
  provider.stop();
});
