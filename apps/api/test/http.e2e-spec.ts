import { readFile } from 'node:fs/promises';
import { createCauseway } from '@causeway/client';
import { type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; example?: Scalar | Scalar[]; schema?: Schema }[];
  requestBody?: {
    content: Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, { content?: Record<string, unknown> }>;
}

type Scalar = string | number | boolean;

interface Schema {
  $ref?: string;
  example?: Scalar | Scalar[];
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
    expect(files.length).toBeGreaterThan(2);
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

test('every example of the document works when tried, once its user is connected', async () => {
  const causeway = createCauseway({ baseUrl: service.url });
  const user = { orgId: 'acme', userId: 'ann' };
  const integration = document.paths['/integrations/{integration}/load']?.['post']?.parameters?.find(
    ({ name }) => name === 'integration',
  )?.schema?.example;
  const connection = await connect(causeway, String(integration), user);
  const { data: key } = await causeway.POST('/keys', { body: { name: 'to be revoked', scopes: ['items:read'] } });
  const { data: session } = await causeway.POST('/sessions', { body: user });
  const ids: Record<string, string | undefined> = { keys: key?.id, sessions: session?.id };
  const tried: string[] = [];
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  // What takes the connection away comes last.
  calls.sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
  for (const { path, method, operation } of calls) {
    // Two want a provider's answer, one a key that nobody can know, one never ends, and one is the provider's own API.
    if (['callback', 'finish', 'signIn'].includes(operation.operationId)) continue;
    if (path === '/events' || path.includes('/proxy/')) continue;
    const own: Record<string, string> = {
      integration: String(integration),
      id: ids[path.split('/')[1] ?? ''] ?? connection.id,
    };
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? '');
    const query = new URLSearchParams();
    for (const parameter of operation.parameters ?? []) {
      const example = parameter.example ?? parameter.schema?.example;
      if (parameter.in === 'query' && example !== undefined) {
        for (const value of [example].flat()) query.append(parameter.name, String(value));
      }
    }
    const media = operation.requestBody?.content['application/json'];
    const body = media === undefined ? undefined : (media.example ?? exampleOf(media.schema ?? {}));
    const answer = await raw(`${service.url}${filled}${query.size > 0 ? `?${query.toString()}` : ''}`, {
      method: method.toUpperCase(),
      key: null,
      // As a browser does for a page of the service itself.
      headers: { 'sec-fetch-site': 'same-origin' },
      ...(body === undefined ? {} : { type: 'application/json', body: JSON.stringify(body) }),
    });
    const { status } = answer.response;
    tried.push(operation.operationId);
    expect({ call: `${method} ${path}`, status, problem: status >= 400 ? answer.error : undefined }).toEqual({
      call: `${method} ${path}`,
      status: expect.any(Number),
      problem: undefined,
    });
    // A status that the document names.
    expect(Object.keys(operation.responses)).toContain(String(status));
  }
  expect(tried.length).toBeGreaterThan(14);
});

/** As Swagger UI makes an example out of the examples of the properties. */
function exampleOf(schema: Schema): unknown {
  const { example, properties } = schema.$ref
    ? (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
    : schema;
  if (example !== undefined || !properties) return example;
  const entries = Object.entries(properties).map(([name, property]) => [name, property.example ?? property.default]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

describe('X-Request-Id', () => {
  const request = (path: string, id?: string) =>
    raw(`${service.url}${path}`, { key: null, headers: id === undefined ? {} : { 'x-request-id': id } });

  test('is the id of the client, in the header and in a problem', async () => {
    const { response, error } = await request('/nowhere', 'trace:4bf92f35.77b3-4d_a');
    expect(response.headers.get('x-request-id')).toBe('trace:4bf92f35.77b3-4d_a');
    expect(error?.['requestId']).toBe('trace:4bf92f35.77b3-4d_a');
  });

  test.each(['with blanks', '<script>', 'x'.repeat(65), ''])('is a new id instead of %p', async (id) => {
    const { response } = await request('/', id);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{12,64}$/);
  });

  test('differs from request to request', async () => {
    const [first, second] = await Promise.all([request('/'), request('/nowhere')]);
    const id = first.response.headers.get('x-request-id');
    expect(id).not.toBe(second.response.headers.get('x-request-id'));
    expect(second.error?.['requestId']).toBe(second.response.headers.get('x-request-id'));
  });

  test('is also in the problem of a URL that cannot be decoded', async () => {
    const { response, error } = await request('/connections/%ZZ', 'trace-1');
    expect([response.status, error?.['requestId']]).toEqual([400, 'trace-1']);
  });
});
