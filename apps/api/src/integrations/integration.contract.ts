import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failureOf, HttpClient, UpstreamError, type Classify, type FailureReason } from '@causeway/http-client';
import type {
  AccountContext,
  ApiRequest,
  Integration,
  IntegrationItem,
  WritableApi,
  WriteRequest,
} from './integration.js';
import { isBranches, type PageRequest } from './page.js';

/** A request as the provider got it: `GET /path?query` or `POST /path {json}`. */
export type SeenRequest = string;

type Answer = (body: unknown) => unknown;

interface ErrorCase {
  name: string;
  status: number;
  body: unknown;
  reason: FailureReason | undefined;
  retryAfterMs?: number;
  code?: string;
}

const REQUEST = {
  position: null,
  limit: 100,
  parent: null,
  properties: [],
  archived: false,
  changedSince: null,
} satisfies Partial<PageRequest>;

const ACCOUNT = {
  accountKey: 'key-1',
  account: { id: 'account-1', name: 'Acme', url: 'https://acme.example/' },
  scopes: ['channels:read', 'im:read'],
};

/**
 * A provider that answers each `METHOD /path` as it is told, over real HTTP, and remembers what it was asked.
 * @param answers JSON, or a number as a status without JSON, or a function of the request's body; 404 where there is none
 * @param classify makes other statuses than 2xx failures, as the service does
 */
export async function provider(
  answers: Record<string, unknown>,
  classify?: Classify,
): Promise<{ api: WritableApi; seen: SeenRequest[]; close(): Promise<void> }> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const url = decodeURIComponent(request.url ?? '');
      seen.push([request.method, url, body].filter((part) => part !== '').join(' '));
      const given = answers[`${request.method} ${url}`] ?? answers[`${request.method} ${url.split('?')[0]}`];
      const answer: unknown = typeof given === 'function' ? (given as Answer)(JSON.parse(body)) : given;
      const status = typeof answer === 'number' ? answer : answer === undefined ? 404 : 200;
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(status === 200 ? answer : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const http = new HttpClient();
  const send = async ({ method = 'GET', path, query = {}, json }: ApiRequest | WriteRequest) => {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search =
      given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given) as Record<string, string>)}`;
    const url = `http://127.0.0.1:${port}${path}${search}`;
    const response = await http.send({
      method,
      url,
      headers: {},
      timeoutMs: 5_000,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const failure = classify && failureOf(response, classify);
    if (failure !== undefined) throw new UpstreamError(failure.reason, { status: response.status });
    return response;
  };
  const api: WritableApi = { read: send, write: send, remember: (_key, load) => load() };
  return {
    api,
    seen,
    async close() {
      await http.close();
      server.close().closeAllConnections();
    },
  };
}

/** All pages of a type, from a provider that answers as it is told, and why anything is missing. */
export async function allPages(
  integration: Integration,
  request: Pick<PageRequest, 'type'> & Partial<PageRequest>,
  answers: Record<string, unknown>,
  account: Partial<AccountContext> = {},
): Promise<{ items: IntegrationItem[]; seen: SeenRequest[]; missing: UpstreamError[] }> {
  const { api, seen, close } = await provider(answers, integration.classify);
  try {
    const items: IntegrationItem[] = [];
    const missing: UpstreamError[] = [];
    const positions: (string | null)[] = [null];
    for (let pages = 0; pages < 50; pages += 1) {
      const position = positions.shift();
      if (position === undefined) return { items, seen, missing };
      const page = await integration.fetchPage({ ...REQUEST, ...request, position }, { api, ...ACCOUNT, ...account });
      if (page.cut !== undefined) missing.push(page.cut);
      if (isBranches(page)) positions.unshift(...page.lists.map((list) => list.position));
      else {
        items.push(...page.items);
        if (page.unreadable !== undefined) missing.push(page.unreadable);
        if (page.nextPosition !== null) positions.unshift(page.nextPosition);
      }
    }
    throw new Error('The pages do not end.');
  } finally {
    await close();
  }
}

/** What holds for every integration; its spec adds what only this provider does. */
export function describeIntegration(integration: Integration, errors: readonly ErrorCase[]): void {
  const { definition } = integration;

  describe(`the integration ${definition.id}`, () => {
    it('has a consistent definition', () => {
      expect(definition.id).toMatch(/^[a-z][a-z0-9]*$/);
      for (const url of [definition.authorization.url, definition.token.url, definition.docsUrl, definition.api.url]) {
        expect(new URL(url)).toMatchObject({ protocol: 'https:', search: '' });
      }
      expect(definition.api.url).not.toMatch(/\/$/);
      const types = definition.itemTypes.map(({ type }) => type);
      expect(new Set(types).size).toBe(types.length);
      expect(definition.itemTypes.some(({ byDefault }) => byDefault)).toBe(true);
      expect(definition.itemTypes.filter(({ byDefault, parent }) => byDefault && parent?.required)).toEqual([]);
      for (const { contents, properties = [] } of definition.itemTypes) {
        expect(types).toEqual(expect.arrayContaining([...(contents?.types ?? [])]));
        const names = properties.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }
      expect(definition.rateLimits.length).toBeGreaterThan(0);
    });

    it('describes every requested permission, and promises changes only where a scope allows them', () => {
      const { permissions, authorization } = definition;
      for (const scope of authorization.scopes)
        expect([scope, permissions[scope]]).toEqual([scope, expect.any(String)]);
      for (const [scope, text] of Object.entries(permissions)) {
        expect(text).toMatch(/^[A-Z].*[^.]$/);
        const promises = /\b(change|create|delete|edit|write|send|join|manage)/i.test(text);
        if (/(:read|\.read|:history)(\.|$)/.test(scope)) expect([scope, promises]).toEqual([scope, false]);
        if (/(:|\.)(write|manage|join)$/.test(scope)) expect([scope, promises]).toEqual([scope, true]);
      }
    });

    it('says how an app is registered', () => {
      const { url, steps } = definition.setup;
      expect(new URL(url).protocol).toBe('https:');
      expect(steps.join(' ')).toMatch(/redirect URI/i);
      expect(steps.join(' ')).toMatch(/client id.*client secret/i);
      for (const step of steps) expect(step).toMatch(/^[A-Z].*\.$/);
    });

    it.each(definition.itemTypes.map(({ type }) => type))('rejects a response without a list of %s', async (type) => {
      const { api, close } = await provider({});
      const page = integration.fetchPage({ ...REQUEST, type, parent: 'parent-1' }, { api, ...ACCOUNT });
      await expect(page).rejects.toMatchObject({ reason: 'malformed' });
      await close();
    });

    it.each(errors)('classifies $name', ({ status, body, reason, retryAfterMs, code }) => {
      const answer = { status, headers: {}, body };
      const failure = failureOf(answer, integration.classify);
      expect(failure?.reason).toBe(reason);
      if (retryAfterMs !== undefined) expect(failure?.retryAfterMs).toBe(retryAfterMs);
      if (code !== undefined) expect(failure?.code).toBe(code);
    });

    it.each([null, 'text', [], {}, { error: {} }, { errors: [] }, { error: null }])(
      'classifies any status with the body %j',
      (body) => {
        for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) {
          const answer = { status, headers: {}, body };
          expect(failureOf(answer, integration.classify)).toBeDefined();
        }
      },
    );
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
