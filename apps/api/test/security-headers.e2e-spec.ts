import { readFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { createCauseway } from '@causeway/client';
import { startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { authorizationUrl, connect } from './support/connect.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';

interface Document {
  paths: Record<string, Record<string, unknown>>;
}

const HTML = { accept: 'text/html' };
const STRICTEST = "default-src 'none'; frame-ancestors 'none'";

let apart: MockProvidersProcess;
let service: Service;
let behind: Service;
let id: string;
const user = someone();
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
  [service, behind] = await Promise.all([
    startProduction(apart.mockProviders, { WEB_ORIGINS: 'https://app.example.com' }),
    startProduction(apart.mockProviders, { PUBLIC_URL: 'https://connect.example.com' }),
  ]);
  ({ id } = await connect(createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY }), 'hubspot', user));
});
afterAll(() => Promise.all([service?.stop(), behind?.stop(), apart?.stop()]));

const policyOf = (headers: Headers) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '')
      .split(';')
      .map((part) => part.trim().split(' '))
      .map(([name = '', ...values]) => [name, values.join(' ')]),
  );

/** Every route of the document, with and without a key, and what is beside it. */
async function everyAnswer(): Promise<{ call: string; headers: Headers; status: number }[]> {
  const { paths } = JSON.parse(
    await readFile(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'),
  ) as Document;
  const own: Record<string, string> = { integration: 'hubspot', id };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({
      method: method.toUpperCase(),
      path: `${path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? 'x')}${path.endsWith('/authorize') && method === 'get' ? `?${new URLSearchParams({ ...user }).toString()}` : ''}`,
    })),
  );
  // What takes the connection away comes last.
  routes.sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
  const calls = [
    ...routes.flatMap((route) => [
      { ...route, key: null },
      { ...route, key: ADMIN_KEY },
    ]),
    ...[
      '/nowhere',
      '/docs',
      '/assets/nothing.css',
      '/openapi.json',
      '/connect/nonsense',
      '/%E0%A4%A',
      `/${'a'.repeat(5_000)}`,
    ].map((path) => ({ method: 'GET', path, key: null })),
    { method: 'OPTIONS', path: '/connections', key: null },
  ];
  const answers = [];
  for (const { method, path, key } of calls) {
    const body = method === 'POST' ? { body: JSON.stringify(user), type: 'application/json' } : {};
    const headers: Record<string, string> =
      method === 'OPTIONS' ? { origin: 'https://app.example.com', 'access-control-request-method': 'GET' } : {};
    const answer = await headersOf(`${service.url}${path}`, { method, key, headers, ...body });
    answers.push({ call: `${method} ${path.slice(0, 60)} ${key === null ? 'without' : 'with'} a key`, ...answer });
  }
  return answers;
}

/** A stream of events does not end by itself: its head is enough. */
async function headersOf(
  url: string,
  {
    method,
    key,
    headers,
    body,
    type,
  }: { method: string; key: string | null; headers: Record<string, string>; body?: string; type?: string },
): Promise<{ headers: Headers; status: number }> {
  const abort = new AbortController();
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    signal: abort.signal,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  abort.abort();
  return { headers: response.headers, status: response.status };
}

test('every answer of every route may load nothing, is not framed, not sniffed, not referred to', async () => {
  const answers = await everyAnswer();
  expect(answers.length).toBeGreaterThan(40);
  expect(new Set(answers.map(({ status }) => Math.floor(status / 100)))).toEqual(new Set([2, 3, 4]));
  for (const { call, headers } of answers) {
    const policy = policyOf(headers);
    expect({
      call,
      'default-src': policy['default-src'],
      'frame-ancestors': policy['frame-ancestors'],
      sniffed: headers.get('x-content-type-options'),
      referrer: headers.get('referrer-policy'),
      embedded: headers.get('cross-origin-resource-policy'),
      server: headers.get('x-powered-by') ?? headers.get('server'),
    }).toEqual({
      call,
      'default-src': "'none'",
      'frame-ancestors': "'none'",
      sniffed: 'nosniff',
      referrer: call.includes(' /docs ') ? 'same-origin' : 'no-referrer',
      embedded: 'same-origin',
      server: null,
    });
    // On plain http it would say nothing.
    expect(headers.get('strict-transport-security')).toBeNull();
  }
});

test('no answer with data is kept by a cache', async () => {
  const answers = await everyAnswer();
  const kept = answers.filter(({ headers }) => !(headers.get('cache-control') ?? '').includes('no-store'));
  expect(kept.map(({ call }) => call)).toEqual(['GET /docs without a key', 'GET /openapi.json without a key']);
});

test('the web app: scripts and styles of its own only, and popups that can still answer', async () => {
  const { response } = await raw(service.url, { key: null, headers: HTML });
  const { headers } = response;
  expect(headers.get('content-type')).toMatch(/^text\/html/);
  expect(policyOf(headers)).toEqual({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  });
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups');
  expect(headers.get('permissions-policy')).toContain('camera=()');
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('vary')).toBe('origin, accept, accept-encoding');
});

test('the files of the web app may be kept: their names change with their content', async () => {
  const { text } = await raw(service.url, { key: null, headers: HTML });
  const script = /src="(\/assets\/[^"]+)"/.exec(text)?.[1] ?? '';
  const { response } = await raw(`${service.url}${script}`, { key: null });
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('the answer with a token is neither kept nor readable by another site', async () => {
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const connection = await connect(causeway, 'notion', someone());
  const { response } = await raw(`${service.url}/connections/${connection.id}/token`, {
    headers: { origin: 'https://evil.example' },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toContain('no-store');
  expect(response.headers.get('content-security-policy')).toBe(STRICTEST);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  const allowed = await raw(`${service.url}/connections`, { headers: { origin: 'https://app.example.com' } });
  expect(allowed.response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(allowed.response.headers.get('access-control-allow-credentials')).toBeNull();
});

test('nothing on the way of a popup cuts it off from its opener', async () => {
  const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const url = await authorizationUrl(causeway, 'notion', someone());
  for (const address of [url, url, `${service.url}/integrations/notion/oauth2callback`]) {
    const { response } = await raw(address, { key: null, headers: HTML });
    expect(response.headers.get('cross-origin-opener-policy')).toBeNull();
  }
});

test('an https PUBLIC_URL is https from then on', async () => {
  for (const path of ['/', '/connections', '/nowhere', '/docs', '/%E0%A4%A']) {
    const { response } = await raw(`${behind.url}${path}`, { key: null, headers: HTML });
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  }
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['headers of 100 kB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
])('%s is told without repeating it', async (_, sent, status) => {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = dial(service.port, '127.0.0.1', () => socket.write(sent));
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    socket.on('error', reject).on('close', () => resolve(received));
  });
  expect(answer).toMatch(
    new RegExp(`^HTTP/1\\.1 ${status} [\\w ]+\\r\\nConnection: close\\r\\nContent-Length: 0\\r\\n\\r\\n$`),
  );
});
