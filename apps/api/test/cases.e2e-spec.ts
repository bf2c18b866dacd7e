import { readFileSync, readdirSync } from 'node:fs';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { BrowserUser, startService, type Service } from '@causeway/testing';
import { authorizationUrl, connection } from './support/connect.js';
import { startCaseProvider, type Case, type CaseProvider, type Expectation } from './support/case-provider.js';
import { INTEGRATIONS } from './support/integration-ids.js';
import { ADMIN_KEY, encryptionKeys } from './support/production.js';
import { streamed } from './support/streamed.js';
import { someone } from './support/users.js';

const FOLDER = new URL('cases/', import.meta.url);
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Case] => [
    name.replace('.json', ''),
    JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Case,
  ]);

let provider: CaseProvider;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  provider = await startCaseProvider();
  const clients = INTEGRATIONS.map((id) => {
    const name = id.toUpperCase();
    const base = `${provider.url}/${id}`;
    return {
      [`${name}_CLIENT_ID`]: 'client',
      [`${name}_CLIENT_SECRET`]: 'secret',
      [`${name}_AUTHORIZATION_URL`]: `${base}/oauth/authorize`,
      [`${name}_TOKEN_URL`]: `${base}/oauth/token`,
      ...(id === 'airtable' ? {} : { [`${name}_REVOCATION_URL`]: `${base}/oauth/revoke` }),
      [`${name}_API_URL`]: base,
      [`${name}_RATE_LIMIT`]: 'off',
    };
  });
  const env = Object.assign({ ADMIN_KEY, ENCRYPTION_KEYS: encryptionKeys() }, ...clients) as Record<string, string>;
  service = await startService({ env });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(async () => {
  provider?.stop();
  await service?.stop();
});

async function connected({ provider: integration }: Case): Promise<string> {
  const person = new BrowserUser();
  const consent = await person.open(await authorizationUrl(causeway, integration, someone()));
  const { message, html } = await person.followCallback(await person.open(consent));
  if (message?.connectionId === undefined) throw new Error(html);
  return message.connectionId;
}

async function everyPage(id: string, { type, limit = 100 }: NonNullable<Case['load']>) {
  const items: unknown[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 20; pages += 1) {
    const { data, error } = await causeway.GET('/connections/{id}/items', {
      params: { path: { id }, query: cursor === undefined ? { types: [type], limit } : { cursor, limit } },
    });
    if (data === undefined) throw new Error(JSON.stringify(error));
    items.push(...data.items);
    if (data.nextCursor === null) return { items };
    cursor = data.nextCursor;
  }
  throw new Error('The pages do not end.');
}

const RUNS: Record<Case['do'], (scenario: Case) => Promise<object>> = {
  async load(scenario) {
    const { type: types, parent, updatedSince } = scenario.load ?? { type: '' };
    const query = { types, parent, updatedSince };
    return streamed(`${service.url}/connections/${await connected(scenario)}/items`, query);
  },
  async pages(scenario) {
    return everyPage(await connected(scenario), scenario.load ?? { type: '' });
  },
  async account(scenario) {
    return connection(causeway, await connected(scenario));
  },
  async refused(scenario) {
    const id = await connected(scenario);
    await causeway.POST('/connections/{id}/refresh', { params: { path: { id } } });
    return connection(causeway, id);
  },
  async shared(scenario) {
    const [first, second] = [await connected(scenario), await connected(scenario)];
    const disconnect = (id: string) => causeway.DELETE('/connections/{id}', { params: { path: { id } } });
    await disconnect(first);
    const revokedAfterFirst = provider.revoked.length;
    const { data } = await causeway.POST('/connections/{id}/check', { params: { path: { id: second } } });
    await disconnect(second);
    return { revokedAfterFirst, statusOfOther: data?.status, revokedAtLast: provider.revoked.length };
  },
};

function check(result: object, { item, at, ids, ...expected }: Expectation): void {
  const items = (result as { items?: { id: string }[] }).items ?? [];
  if (ids !== undefined) expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  if (at === undefined) return;
  const root: unknown = item === undefined ? result : items.find(({ id }) => id === item);
  if (root === undefined) throw new Error(JSON.stringify(result).slice(0, 600));
  const value = at
    .split('.')
    .reduce<unknown>((within, key) => (within as Record<string, unknown> | undefined)?.[key], root);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if ('equal' in expected) expect(value).toEqual(expected.equal);
  for (const part of expected.has ?? []) expect(text).toContain(part);
  for (const part of expected.lacks ?? []) expect(text).not.toContain(part);
  if (expected.matches !== undefined) expect(text).toMatch(new RegExp(expected.matches));
}

test.each(cases)('%s', async (_, scenario) => {
  provider.play(scenario);
  const result = await RUNS[scenario.do](scenario);
  for (const expectation of scenario.expect) check(result, expectation);
});
