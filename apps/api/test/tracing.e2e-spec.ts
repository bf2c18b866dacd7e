import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { startCollector, type CollectedSpan, type Collector } from './support/collector.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { echo, inTurn, say, startPlainProvider, type PlainProvider } from './support/plain-provider.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

let apart: MockProvidersProcess;
let redis: RedisServer;
let provider: PlainProvider;
let collector: Collector;
let service: Service;
let causeway: CausewayClient;
let id: string;

beforeAll(async () => {
  [apart, redis, provider, collector] = await Promise.all([
    startMockProviders(),
    startRedis(),
    startPlainProvider(),
    startCollector(),
  ]);
  await unlimited(apart.mockProviders);
  service = await startProduction(apart.mockProviders, {
    REDIS_URL: redis.url,
    NOTION_API_URL: provider.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=of-the-collector',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  ({ id } = await connect(causeway, 'notion', someone()));
});
beforeEach(() => {
  provider.answer = echo;
  provider.seen = [];
});
afterAll(async () => {
  await service?.stop();
  provider?.stop();
  collector?.stop();
  await Promise.all([apart?.stop(), redis?.stop()]);
});

const proxied = (traceparent: string, headers: Record<string, string> = {}) =>
  raw(`${service.url}/connections/${id}/proxy/v1/pages?secret=of-the-query`, {
    headers: { traceparent, ...headers },
  });

/** The trace that one request began or went on with, once its server span is there. */
async function traceOf(traceId: string): Promise<CollectedSpan[]> {
  let spans: CollectedSpan[] = [];
  await eventually(() => {
    spans = collector.spans.filter((span) => span.traceId === traceId);
    expect(spans.map(({ kind }) => kind)).toContain(2);
  });
  return spans;
}

const childrenOf = (spans: CollectedSpan[], parent: CollectedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);

test('a call with an expired token is one trace: server, both tries, the refresh, and the store', async () => {
  provider.answer = inTurn(say(401), echo);
  const { response } = await proxied(TRACEPARENT, { tracestate: 'vendor=1', 'x-request-id': 'of-the-caller' });
  expect(response.status).toBe(200);
  const spans = await traceOf(CALLER.traceId);

  const server = spans.find(({ kind }) => kind === 2);
  expect(server).toMatchObject({
    parentSpanId: CALLER.spanId,
    name: 'GET /connections/:id/proxy/*',
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/connections/:id/proxy/*',
      'http.response.status_code': 200,
      'causeway.request_id': 'of-the-caller',
      'causeway.connection_id': id,
    },
  });
  const tries = childrenOf(spans, server).filter(({ name }) => name === 'GET');
  expect(
    tries.map(({ kind, attributes, status }) => [kind, attributes['http.response.status_code'], status.code]),
  ).toEqual([
    [3, 401, 2],
    [3, 200, 0],
  ]);
  expect(tries[0]?.attributes).toMatchObject({
    'url.full': `${provider.url}/v1/pages?REDACTED`,
    'server.address': '127.0.0.1',
    'error.type': '401',
  });
  // The provider was given the span of each try as its parent, the caller's state, and nothing else that names the request.
  expect(
    provider.seen.map(({ headers }) => [headers['traceparent'], headers['tracestate'], headers['x-request-id']]),
  ).toEqual(tries.map(({ spanId }) => [`00-${CALLER.traceId}-${spanId}-01`, 'vendor=1', undefined]));
  const [refresh, ...others] = childrenOf(spans, server).filter(({ name }) => name === 'refresh');
  expect(others).toEqual([]);
  expect(refresh?.attributes).toEqual({ 'causeway.connection_id': id, 'causeway.integration': 'notion' });
  expect(childrenOf(spans, refresh).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['store acquireLease', 'POST', 'store commitIfUnchanged', 'store releaseLeaseIfOwner']),
  );
  expect(childrenOf(spans, server).find(({ name }) => name === 'store get')?.attributes).toEqual({
    'db.system.name': 'redis',
    'db.operation.name': 'get',
  });
  expect(spans.every((span) => span === server || spans.some(({ spanId }) => spanId === span.parentSpanId))).toBe(true);
});

test('a second hop goes on with the trace, below the span of the call that led to it', async () => {
  await proxied(TRACEPARENT.replace(CALLER.spanId, 'aaaaaaaaaaaaaaaa'));
  const traceparent = String(provider.seen[0]?.headers['traceparent']);
  // As the provider would, on behalf of the same call.
  await raw(`${service.url}/integrations`, { headers: { traceparent } });
  await eventually(() => {
    const hop = collector.spans.find(({ name, traceId }) => name === 'GET /integrations' && traceId === CALLER.traceId);
    const call = collector.spans.find(({ spanId }) => spanId === hop?.parentSpanId);
    expect([call?.name, call?.kind]).toEqual(['GET', 3]);
  });
});

test('a streamed load is a span, and its requests to the provider are below it', async () => {
  const { id: airtable } = await connect(causeway, 'airtable', someone());
  const traceId = CALLER.traceId.replace('4', '5');
  const { text } = await raw(`${service.url}/connections/${airtable}/items`, {
    headers: { accept: 'application/x-ndjson', traceparent: TRACEPARENT.replace(CALLER.traceId, traceId) },
  });
  expect(text).toContain('"complete":true');
  const spans = await traceOf(traceId);
  const load = spans.find(({ name }) => name === 'load');
  expect(load?.attributes).toMatchObject({ 'causeway.integration': 'airtable' });
  expect(Number(load?.attributes['causeway.load.items'])).toBeGreaterThan(1);
  expect(childrenOf(spans, load).filter(({ kind, name }) => kind === 3 && name === 'GET').length).toBeGreaterThan(1);
});

test('a body does not end the trace', async () => {
  const traceId = CALLER.traceId.replace('4', '6');
  await raw(`${service.url}/connections/${id}/refresh`, {
    method: 'POST',
    type: 'application/json',
    body: '{}',
    headers: { traceparent: TRACEPARENT.replace(CALLER.traceId, traceId) },
  });
  const spans = await traceOf(traceId);
  expect(spans.filter(({ name }) => name === 'refresh')).toHaveLength(1);
});

test('what the caller does not sample is not sent, and the provider is told so', async () => {
  const traceId = CALLER.traceId.replace('4', '7');
  await proxied(`00-${traceId}-${CALLER.spanId}-00`);
  expect(provider.seen[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  await raw(`${service.url}/integrations`, {
    headers: { traceparent: TRACEPARENT.replace(CALLER.traceId, `8${traceId.slice(1)}`) },
  });
  await traceOf(`8${traceId.slice(1)}`);
  expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
});

test('a log line that is written while a request is handled has its ids', async () => {
  const traceId = CALLER.traceId.replace('4', '9');
  await apart.mockProviders.fault({ provider: 'notion', on: 'token', kind: 'server-error', times: 1 });
  await raw(`${service.url}/connections/${id}/refresh`, {
    method: 'POST',
    headers: { traceparent: TRACEPARENT.replace(CALLER.traceId, traceId), 'x-request-id': 'refused-refresh' },
  });
  const line = service
    .logs()
    .split('\n')
    .find((text) => text.includes('transient failure'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({ context: 'Refresh', requestId: 'refused-refresh', traceId });
});

test('the collector learns who sent it, and nothing that is secret', async () => {
  expect(collector.resource).toMatchObject({
    'service.name': 'causeway',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'deployment.environment.name': 'test',
  });
  const [first] = collector.requests;
  expect([first?.path, first?.headers['x-collector-key']]).toEqual(['/v1/traces', 'of-the-collector']);
  const { data } = await causeway.GET('/connections/{id}/token', { params: { path: { id } } });
  const sent = collector.requests.map(({ body }) => body).join('\n');
  for (const secret of [ADMIN_KEY, data?.accessToken ?? 'no token', 'of-the-query', 'sandbox-notion-secret'])
    expect([secret, sent.includes(secret)]).toEqual([secret, false]);
});

test('spans that were not sent yet are sent at SIGTERM, and nothing of the SDK is loaded without an endpoint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-loaded-'));
  try {
    const list = join(folder, 'loaded.txt');
    const hooks = join(folder, 'hooks.mjs');
    const register = join(folder, 'register.mjs');
    await writeFile(
      hooks,
      `import { appendFileSync } from 'node:fs';
       export async function load(url, context, next) {
         if (url.startsWith('file:')) appendFileSync(${JSON.stringify(list)}, url + '\\n');
         return next(url, context);
       }`,
    );
    await writeFile(
      register,
      `import { register } from 'node:module'; register(${JSON.stringify(`file://${hooks}`)});`,
    );
    const NODE_OPTIONS = `--import=file://${register}`;
    const loaded = async () => {
      const files = (await readFile(list, 'utf8')).trim().split('\n');
      const sources = await Promise.all(files.map((file) => readFile(fileURLToPath(file), 'utf8')));
      expect(sources.some((source) => source.includes('causeway_http_request_seconds'))).toBe(true);
      return sources.some((source) => source.includes('OTEL_BSP_SCHEDULE_DELAY'));
    };
    const own = await startCollector();
    // By default, spans are sent every five seconds.
    const traced = await startProduction(apart.mockProviders, {
      NODE_OPTIONS,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${own.url}/here`,
    });
    await raw(`${traced.url}/integrations`);
    expect(own.spans).toEqual([]);
    await traced.stop();
    expect(own.spans.map(({ name }) => name)).toContain('GET /integrations');
    own.stop();
    expect(own.requests.at(-1)?.path).toBe('/here');
    expect(await loaded()).toBe(true);

    await rm(list);
    const untraced = await startProduction(apart.mockProviders, {
      NODE_OPTIONS,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SDK_DISABLED: 'true',
    });
    await raw(`${untraced.url}/integrations`);
    await untraced.stop();
    expect(await loaded()).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
