import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PROBLEMS } from '@causeway/problem';
import { createCauseway } from '@causeway/client';
import type { Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { someone, type User } from './support/users.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261120 });

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  example?: unknown;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
}
interface Operation {
  parameters?: { name: string; in: 'path' | 'query'; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string; content?: Record<string, object> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const RUNS = 60;
const document = JSON.parse(
  readFileSync(new URL('../../../openapi/openapi.json', import.meta.url), 'utf8'),
) as Document;

/** Routes that answer with JSON, or with nothing; what removes something comes last. */
const routes = Object.entries(document.paths)
  .flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  .filter(({ operation }) =>
    Object.entries(operation.responses).some(
      ([status, { content = {} }]) => status === '204' || (/^2/.test(status) && 'application/json' in content),
    ),
  )
  .sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

let service: Service;
let user: User;
const ids: string[] = [];
beforeAll(async () => {
  ({ service } = await startSandboxMode());
  user = someone();
  const causeway = createCauseway({ baseUrl: service.url });
  for (const integration of INTEGRATIONS) ids.push((await connect(causeway, integration, user)).id);
});
afterAll(() => service?.stop());

/** Texts that have broken something somewhere. */
const nastyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\u{10ffff}',
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '%2e%2e%2f',
    '%',
    '{}',
    '[]',
    'null',
    '-0',
    '1e999',
    '9'.repeat(400),
    'a'.repeat(5_000),
    'javascript:alert(1)',
    'https://evil.example\\@good.example',
    '2026-02-31T25:61:61Z',
    '+275760-09-13T00:00:00.001Z',
    'v1.k.AAAA',
  ),
);
const nasty = fc.oneof(nastyText, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.constantFrom(null, true, -1, 2 ** 53));

/** What the document allows here, as far as that can be known. */
function allowed(name: string, schema: Schema): fc.Arbitrary<unknown> {
  const { $ref, allOf, enum: values, items, properties, pattern } = schema;
  const inner = $ref === undefined ? allOf?.[0] : document.components.schemas[$ref.split('/').at(-1) ?? ''];
  if (inner) return allowed(name, inner);
  if (name === 'orgId') return fc.constant(user.orgId);
  if (name === 'userId') return fc.constant(user.userId);
  if (name === 'integration') return fc.constantFrom(...INTEGRATIONS);
  if (name === 'id' || name === 'connectionId') return fc.constantFrom(...ids, `con_${'0'.repeat(32)}`);
  if (values) return fc.constantFrom(...values);
  if (properties) return record(properties);
  if (items)
    return fc.array(fc.oneof(allowed(name, items), fc.constantFrom('page', 'contact', 'base')), { maxLength: 3 });
  const { minimum = 0, maximum = 20, example, default: preset } = schema;
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, 50)) });
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { maxLength: 128 });
  return fc.constantFrom(example ?? preset ?? 'something', '2026-01-01T00:00:00Z', 'http://localhost/somewhere');
}

/** Mostly what is allowed, some of it replaced, left out or added. */
function record(properties: Record<string, Schema>): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, schema]) => [name, spoiled(name, schema)] as const);
  const known = fc.record(Object.fromEntries(members), { requiredKeys: [] });
  return fc.oneof(
    { weight: 5, arbitrary: known },
    {
      weight: 1,
      arbitrary: fc.tuple(known, nastyText, nasty).map(([all, name, value]) => ({ ...all, [name]: value })),
    },
  );
}

const spoiled = (name: string, schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: allowed(name, schema) }, { weight: 1, arbitrary: nasty });

const encoded = (value: unknown): string =>
  encodeURIComponent(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));

/** A path segment of its own: dots and nothing would be another path. */
const segment = (value: unknown): string => encoded(value).replace(/^\.{0,2}$/, '%00');

function requestsOf(path: string, { parameters = [], requestBody }: Operation) {
  const places = parameters.filter(({ in: place }) => place === 'path');
  const asked = parameters.filter(({ in: place }) => place === 'query');
  const query = record(Object.fromEntries(asked.map(({ name, schema }) => [name, schema]))).map((values) =>
    Object.entries(values)
      .flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
      )
      .join('&'),
  );
  const schema = requestBody?.content['application/json']?.schema ?? {};
  const json = fc.oneof(
    { weight: 6, arbitrary: allowed('', schema).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.oneof(nastyText, fc.constant('{"orgId":"\\ud800"}'), fc.constant('{"__proto__":{}}')) },
  );
  return fc.record({
    url: fc.tuple(fc.tuple(...places.map(({ name, schema: of }) => spoiled(name, of))), query).map(([values, text]) => {
      const filled = places.reduce((at, { name }, index) => at.replace(`{${name}}`, segment(values[index])), path);
      return text === '' ? filled : `${filled}?${text}`;
    }),
    body: requestBody ? json : fc.constant(undefined),
  });
}

/** What the document lets an operation answer with this status. Store and providers are here and well: no excuse. */
const excused = ({ responses }: Operation, status: number): string[] =>
  [...(responses[status]?.description ?? '').matchAll(/`([a-z-]+)`/g)]
    .map(([, slug = '']) => slug)
    .filter((slug) => slug !== 'store-unavailable' && slug !== 'provider-rate-limited');

test('finds routes in the OpenAPI document', () => expect(routes.length).toBeGreaterThan(10));

test.each(routes)(
  '$method $path: answers any input without a 500, and every rejection is a problem',
  async ({ path, method, operation }) => {
    await fc.assert(
      fc.asyncProperty(requestsOf(path, operation), async ({ url, body }) => {
        const request = { method, key: null, ...(body === undefined ? {} : { body, type: 'application/json' }) };
        const { response, text, error } = await raw(service.url + url, request);
        const { status } = response;
        if (status < 400) return;
        expect([status, error?.slug, text]).toEqual([status, expect.any(String), text]);
        expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
        expect(Object.keys(PROBLEMS)).toContain(error?.slug);
        expect(error?.['status']).toBe(status);
        if (status >= 500) expect(excused(operation, status)).toContain(error?.slug);
      }),
      { numRuns: operation.parameters || operation.requestBody ? RUNS : 3 },
    );
  },
);
