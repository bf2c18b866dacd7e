import { BrowserUser, type Service } from '@causeway/testing';
import { PROBLEMS, type ProblemSlug } from '@causeway/problem';
import { startSandboxMode } from './support/sandbox-mode.js';

type Scalar = string | number | boolean;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  example?: Scalar | Scalar[];
  schema?: { example?: Scalar | Scalar[]; default?: Scalar };
}

interface Media {
  schema?: { example?: unknown };
  example?: unknown;
  examples?: Record<string, { value?: object; $ref?: string }>;
}

interface Link {
  operationId: string;
  parameters?: Record<string, string>;
  requestBody?: Record<string, string>;
}

interface Operation {
  operationId: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media>; links?: Record<string, Link> }>;
}

interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { examples: Record<string, { value: { slug: string; type: string; status: number; title: string } }> };
}

let service: Service;
let document: Document;
beforeAll(async () => {
  ({ service } = await startSandboxMode());
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
});
afterAll(() => service?.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
type Entry = ReturnType<typeof operations>[number];

/** What earlier responses have said about later requests, by `operationId`. */
class Links {
  readonly parameters = new Map<string, Record<string, string>>();
  readonly bodies = new Map<string, object>();

  learn({ responses }: Operation, status: number, body: unknown): void {
    for (const { operationId, parameters = {}, requestBody } of Object.values(responses[status]?.links ?? {})) {
      const found = evaluateAll(parameters, body);
      this.parameters.set(operationId, { ...this.parameters.get(operationId), ...found });
      if (requestBody) this.bodies.set(operationId, evaluateAll(requestBody, body));
    }
  }
}

function evaluateAll(expressions: Record<string, string>, body: unknown): Record<string, string> {
  const evaluate = (expression: string) => {
    const [, pointer] = /^\$response\.body#\/(.+)$/.exec(expression) ?? [];
    if (pointer === undefined) throw new Error(`no expression: ${expression}`);
    return pointer.split('/').reduce((value: unknown, name) => (value as Record<string, unknown>)[name], body);
  };
  return Object.fromEntries(Object.entries(expressions).map(([name, text]) => [name, String(evaluate(text))]));
}

/** The documented value, or the one that a link has given. */
function valueOf(
  { name, required, example, schema }: Parameter,
  { operationId }: Operation,
  links: Links,
): Scalar | Scalar[] | undefined {
  const value = links.parameters.get(operationId)?.[name] ?? example ?? schema?.example ?? schema?.default;
  if (value === undefined && required) throw new Error(`${operationId}: "${name}" has no example`);
  return value;
}

function bodyOf({ operationId, requestBody }: Operation, links: Links, which: number): string | undefined {
  if (requestBody === undefined) return undefined;
  const media = requestBody.content['application/json'];
  const examples = Object.values(media?.examples ?? {}).map(({ value }) => value);
  const example = examples[which] ?? media?.example ?? media?.schema?.example;
  if (example === undefined && requestBody.required) throw new Error(`${operationId}: the body has no example`);
  return example === undefined ? undefined : JSON.stringify({ ...example, ...links.bodies.get(operationId) });
}

/** Executes an operation as it is shown. */
async function execute(
  { path, method, operation }: Entry,
  links: Links,
  which = 0,
): Promise<{ status: number; body: unknown }> {
  const query = new URLSearchParams();
  let filled = path;
  for (const parameter of operation.parameters ?? []) {
    const value = valueOf(parameter, operation, links);
    if (parameter.in === 'path') filled = filled.replace(`{${parameter.name}}`, encodeURI(String(value)));
    else if (parameter.in === 'query' && value !== undefined)
      for (const one of [value].flat()) query.append(parameter.name, String(one));
  }
  const body = bodyOf(operation, links, which);
  const abort = new AbortController();
  const response = await fetch(`${service.url}${filled}${query.size > 0 ? `?${query.toString()}` : ''}`, {
    method,
    signal: abort.signal,
    // As a browser does for a page of the service itself.
    headers: { 'sec-fetch-site': 'same-origin', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const type = response.headers.get('content-type') ?? '';
  const text = type.startsWith('text/event-stream') ? '' : await response.text();
  abort.abort();
  return { status: response.status, body: /json/.test(type) && text !== '' ? JSON.parse(text) : text };
}

/** The user allows access on the pages that `authorizationUrl` leads to. */
async function allow(authorizationUrl: string): ReturnType<BrowserUser['followCallback']> {
  const user = new BrowserUser();
  const response = await user.visit(authorizationUrl);
  const token = / name="token" value="([^"]*)"/.exec(await response.text())?.[1];
  const leading = token === undefined ? response : await user.decide(authorizationUrl, token, 'continue');
  const consent = await user.readConsent(leading.headers.get('location') ?? '');
  return user.followCallback(await user.submitConsent(consent));
}

test('every operation succeeds with its example, once an account is connected', async () => {
  const links = new Links();
  const statuses = new Map<string, number[]>();
  const record = (id: string, status: number) => statuses.set(id, [...(statuses.get(id) ?? []), status]);
  const run = async (entry: Entry, which: number) => {
    const { status, body } = await execute(entry, links, which);
    record(entry.operation.operationId, status);
    links.learn(entry.operation, status, body);
    return body;
  };

  // The first step on the page: an authorization as each example starts it, which a person goes through.
  const all = operations();
  const start = all.find(({ operation }) => operation.operationId === 'authorize');
  if (start === undefined) throw new Error('There is no operation "authorize".');
  for (const which of [1, 0]) {
    const { authorizationUrl } = (await run(start, which)) as { authorizationUrl: string };
    const { status, message } = await allow(authorizationUrl);
    record('callback', status);
    if (message?.finishCode) links.bodies.set('finish', { finishCode: message.finishCode });
  }
  // What takes something away comes last, the newest first.
  const others = all.filter(({ operation }) => !statuses.has(operation.operationId));
  const keeps = others.filter(({ method }) => method !== 'DELETE');
  const removes = others.filter(({ method }) => method === 'DELETE').reverse();
  for (const entry of [...keeps, ...removes]) {
    const examples = Object.keys(entry.operation.requestBody?.content['application/json']?.examples ?? {});
    for (let which = 0; which < Math.max(1, examples.length); which += 1) await run(entry, which);
  }

  expect([...statuses.keys()].sort()).toEqual(all.map(({ operation }) => operation.operationId).sort());
  const failed = [...statuses].filter(([, given]) => given.some((status) => status < 200 || status > 299));
  expect(failed).toEqual([]);
});

test('links name operations, and parameters that they have', () => {
  const all = operations().map(({ operation }) => operation);
  const given = all.flatMap(({ responses }) =>
    Object.values(responses).flatMap(({ links = {} }) => Object.values(links)),
  );
  expect(given.length).toBeGreaterThan(10);
  for (const { operationId, parameters = {} } of given) {
    const target = all.find((operation) => operation.operationId === operationId);
    const names = target?.parameters?.map(({ name }) => name);
    expect([operationId, names]).toEqual([operationId, expect.arrayContaining(Object.keys(parameters))]);
  }
});

test('operations are in groups that are described, in the order of the groups, Connect first', () => {
  const tags = document.tags.map(({ name }) => name);
  expect(tags[0]).toBe('Connect');
  expect(tags.indexOf('Connect')).toBeLessThan(tags.indexOf('API keys'));
  const used = operations().map(({ operation }) => operation.tags);
  for (const given of used) expect(given).toEqual([expect.stringMatching(`^(${tags.join('|')})$`)]);
  const order = used.map(([tag = '']) => tags.indexOf(tag));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('the examples of problems are those of their slugs and statuses', () => {
  const { examples } = document.components;
  expect(Object.keys(examples)).toEqual(Object.keys(PROBLEMS));
  for (const [slug, { value }] of Object.entries(examples)) {
    const { status, title } = PROBLEMS[slug as ProblemSlug];
    expect(value).toMatchObject({ slug, type: `urn:causeway:problem:${slug}`, status, title });
  }
  for (const { operation } of operations())
    for (const [status, { content = {} }] of Object.entries(operation.responses))
      for (const [name, { $ref }] of Object.entries(content['application/problem+json']?.examples ?? {}))
        expect([$ref, examples[name]?.value.status]).toEqual([`#/components/examples/${name}`, Number(status)]);
});

test('the provider asks for the permissions that the API describes, in the same words', async () => {
  const get = async <T>(path: string) => (await (await fetch(`${service.url}${path}`)).json()) as T;
  const { integrations } = await get<{
    integrations: { id: string; scopes: string[]; permissions: { scope: string; description: string }[] }[];
  }>('/integrations/details');
  for (const { id, scopes, permissions } of integrations.filter((one) => one.scopes.length > 0)) {
    const response = await fetch(`${service.url}/integrations/${id}/authorize`, {
      method: 'POST',
      body: new URLSearchParams({ orgId: 'acme', userId: 'permissions', finish: 'none' }),
    });
    const { authorizationUrl } = (await response.json()) as { authorizationUrl: string };
    const { html } = await new BrowserUser().openConsent(authorizationUrl);
    const shown = [...html.matchAll(/<li>([^<]*)<\/li>/g)].map(([, text = '']) => text.replaceAll('&#39;', "'"));
    const described = scopes.map((scope) => permissions.find((permission) => permission.scope === scope)?.description);
    expect([id, shown]).toEqual([id, described]);
  }
});
