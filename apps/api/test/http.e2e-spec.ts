import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Service } from '@causeway/testing';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

interface Operation {
  requestBody?: { content: Record<string, unknown> };
}

interface Schema {
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let service: Service;
let document: Document;
beforeAll(async () => {
  ({ service } = await startSandboxMode());
  document = JSON.parse((await get('/openapi.json')).text) as Document;
});
afterAll(() => service?.stop());

const get = (path: string, accept?: string) =>
  raw(`${service.url}${path}`, { key: null, headers: accept === undefined ? {} : { accept } });

describe('GET /', () => {
  test.each([undefined, '*/*', 'application/json'])('is a ping for Accept: %s', async (accept) => {
    const { response, error } = await get('/', accept);
    expect(response.status).toBe(200);
    expect(error).toEqual({ Ping: 'Pong' });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('vary')?.toLowerCase()).toContain('accept');
  });

  test('is the web app for a browser', async () => {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const { response, text } = await get('/', browser);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect([path, (await get(path)).response.status]).toEqual([path, 200]);
  });
});

describe('GET /docs', () => {
  test('is a page whose files load', async () => {
    const { response, text } = await get('/docs', 'text/html');
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const base = response.url;
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => new URL(path, base));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      // Nothing from anywhere else.
      expect(file.origin).toBe(service.url);
      const answer = await get(file.pathname);
      expect([file.pathname, answer.response.status]).toEqual([file.pathname, 200]);
      const type = answer.response.headers.get('content-type') ?? '';
      if (file.pathname.endsWith('.js')) expect(type).toMatch(/javascript/);
      if (file.pathname.endsWith('.css')) expect(type).toMatch(/^text\/css/);
    }
  });
});

describe('files', () => {
  const fileOf = async () => /src="(\/assets\/index-[^"]+\.js)"/.exec((await get('/', 'text/html')).text)?.[1] ?? '';
  /** Without fetch, which decompresses. */
  const head = async (path: string, acceptEncoding: string | undefined, more: Record<string, string> = {}) => {
    const headers = { ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }), ...more };
    const [response] = (await once(request(`${service.url}${path}`, { headers }).end(), 'response')) as [
      IncomingMessage,
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  };

  test.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip;q=1, br;q=0', 'gzip', gunzipSync],
    ['br', 'br', brotliDecompressSync],
    ['identity', undefined, undefined],
    [undefined, undefined, undefined],
  ])('for Accept-Encoding: %s are sent with Content-Encoding: %s', async (accepted, encoding, decompress) => {
    for (const path of [await fileOf(), '/openapi.json', '/docs']) {
      const plain = await head(path, undefined);
      const { status, headers, body } = await head(path, accepted);
      expect([path, status, headers['content-encoding']]).toEqual([path, 200, encoding]);
      expect(headers['content-type']).toBe(plain.headers['content-type']);
      expect(headers.vary).toMatch(/accept-encoding/i);
      expect(Number(headers['content-length'])).toBe(body.length);
      if (decompress !== undefined) {
        expect(body.length).toBeLessThan(plain.body.length);
        expect(decompress(body).equals(plain.body)).toBe(true);
      }
    }
  });

  test('have an ETag for each encoding, with which nothing is sent again', async () => {
    const path = await fileOf();
    const tags = await Promise.all(
      ['br', 'gzip', undefined].map(async (accepted) => {
        const { etag = '' } = (await head(path, accepted)).headers;
        const again = await head(path, accepted, { 'if-none-match': etag });
        expect([again.status, again.body.length]).toEqual([304, 0]);
        return etag;
      }),
    );
    expect(new Set(tags).size).toBe(3);
    expect((await head(path, 'br', { 'if-none-match': tags[1] ?? '' })).status).toBe(200);
  });

  test('responses of the API are not compressed', async () => {
    const { headers } = await head('/integrations', 'gzip, br');
    expect([headers['content-type'], headers['content-encoding']]).toEqual([expect.stringMatching(/json/), undefined]);
  });
});

describe('GET /openapi.json', () => {
  test('is OpenAPI 3.1, and the committed document', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const committed = await readFile(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8');
    expect(document).toEqual(JSON.parse(committed));
  });

  test('has every route of api.md that this issue asks for', () => {
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'GET /',
        'GET /health/live',
        'GET /health/ready',
        'GET /integrations',
        'POST /integrations/{integration}/authorize',
        'GET /integrations/{integration}/authorize',
        'GET /integrations/{integration}/oauth2callback',
        'POST /integrations/{integration}/credentials',
        'POST /integrations/{integration}/load',
        'GET /integrations/{integration}/items',
        'GET /connections',
        'GET /connections/{id}',
        'DELETE /connections/{id}',
        'POST /connections/{id}/check',
        'POST /connections/{id}/refresh',
        'GET /connections/{id}/items',
        'GET /connections/{id}/token',
      ]),
    );
  });

  test('says of each property of an item what it is', () => {
    const item = document.components.schemas['IntegrationItem'];
    expect(item?.properties?.['directory']).toMatchObject({ type: 'boolean' });
    expect(item?.properties?.['visibility']).toMatchObject({ type: 'boolean' });
  });

  test('says that bodies may be forms as well', () => {
    const bodies = Object.entries(document.paths)
      // What goes to a provider may be anything.
      .filter(([path]) => !path.includes('/proxy/'))
      .flatMap(([, operations]) => Object.values(operations))
      .flatMap(({ requestBody }) => (requestBody ? [Object.keys(requestBody.content).sort()] : []));
    expect(bodies.length).toBeGreaterThan(0);
    for (const types of bodies) expect(types).toEqual(['application/json', 'application/x-www-form-urlencoded']);
  });

  test('asks for nothing in a body that has a default', () => {
    const demanding = Object.entries(document.components.schemas).filter(([, { properties = {}, required = [] }]) =>
      required.some((name) => properties[name]?.default !== undefined),
    );
    expect(demanding.map(([name]) => name)).toEqual([]);
  });
});

describe('X-Request-Id', () => {
  const ask = (path: string, id?: string) =>
    raw(`${service.url}${path}`, { key: null, headers: id === undefined ? {} : { 'x-request-id': id } });

  test('is the id of the client, in the header and in a problem', async () => {
    const { response, error } = await ask('/nowhere', 'trace:4bf92f35.77b3-4d_a');
    expect(response.headers.get('x-request-id')).toBe('trace:4bf92f35.77b3-4d_a');
    expect(error?.['requestId']).toBe('trace:4bf92f35.77b3-4d_a');
  });

  test.each(['with blanks', '<script>', 'x'.repeat(65), ''])('is a new id instead of %p', async (id) => {
    const { response } = await ask('/', id);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{12,64}$/);
  });

  test('differs from request to request', async () => {
    const [first, second] = await Promise.all([ask('/'), ask('/nowhere')]);
    const id = first.response.headers.get('x-request-id');
    expect(id).not.toBe(second.response.headers.get('x-request-id'));
    expect(second.error?.['requestId']).toBe(second.response.headers.get('x-request-id'));
  });

  test('is also in the problem of a URL that cannot be decoded', async () => {
    const { response, error } = await ask('/connections/%ZZ', 'trace-1');
    expect([response.status, error?.['requestId']]).toEqual([400, 'trace-1']);
  });
});
