import { UpstreamError } from '@causeway/http-client';
import { AirtableIntegration } from './airtable/airtable.integration.js';
import { HubSpotIntegration } from './hubspot/hubspot.integration.js';
import { NotionIntegration } from './notion/notion.integration.js';
import { SlackIntegration } from './slack/slack.integration.js';
import type { ItemType } from './integration-definition.js';
import type { AccountContext, Integration, IntegrationItem, ItemRequest, ProviderApi } from './integration.js';
import { startMockProvider, type MockProvider } from './mock-account.contract.js';
import { isBranches, type PageRequest } from './page.js';

const INTEGRATIONS = [
  new NotionIntegration(),
  new AirtableIntegration(),
  new HubSpotIntegration(),
  new SlackIntegration(),
];
/** So many lists of a type, and so many pages of a list, are read. */
const MAX_LISTS = 4;
const MAX_PAGES = 5;

let provider: MockProvider;

beforeAll(async () => {
  provider = await startMockProvider();
});

afterAll(() => provider.close());

/** The items of the first pages of a list; none where it cannot be read. */
async function itemsOf(
  integration: Integration,
  request: Pick<PageRequest, 'type' | 'parent' | 'archived' | 'properties'>,
  context: AccountContext,
): Promise<IntegrationItem[]> {
  const items: IntegrationItem[] = [];
  const positions: (string | null)[] = [null];
  for (let pages = 0; pages < MAX_PAGES && positions.length > 0; pages += 1) {
    const position = positions.shift() ?? null;
    try {
      const page = await integration.fetchPage({ ...request, position, limit: 30, changedSince: null }, context);
      if (isBranches(page)) positions.unshift(...page.lists.map((list) => list.position));
      else {
        items.push(...page.items);
        if (page.nextPosition !== null) positions.unshift(page.nextPosition);
      }
    } catch (error) {
      // Of a channel that the app is not in.
      if (!(error instanceof UpstreamError) || error.reason !== 'forbidden') throw error;
    }
  }
  return items;
}

/** Some items of every type: those of the account, and those that are in some others. */
async function someOfEach(
  integration: Integration,
  types: readonly ItemType[],
  properties: PageRequest['properties'],
  context: AccountContext,
): Promise<Map<string, IntegrationItem[]>> {
  const found = new Map<string, IntegrationItem[]>();
  const lists = types.filter(({ parent }) => parent?.required !== true).map(({ type }) => ({ type, parent: null }));
  const queue: { type: string; parent: string | null }[] = [...lists];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { type, parent } = next;
    const itemType = types.find((candidate) => candidate.type === type)!;
    const archived = itemType.archived === true;
    const items = await itemsOf(integration, { type, parent, archived, properties }, context);
    found.set(type, [...(found.get(type) ?? []), ...items]);
    const { contents } = itemType;
    if (contents === undefined || (parent !== null && !contents.types.includes(type))) continue;
    for (const item of items.filter(({ directory }) => directory).slice(0, MAX_LISTS)) {
      const within = contents.parent.replace('{id}', item.id).replace('{driveId}', item.driveId ?? '');
      if (!queue.some((list) => list.parent === within))
        queue.push(...contents.types.map((inner) => ({ type: inner, parent: within })));
    }
  }
  return found;
}

const keyOf = ({ id, type, driveId, parentId }: IntegrationItem): Omit<ItemRequest, 'properties'> => ({
  id,
  type,
  driveId,
  parentId,
});

describe.each(INTEGRATIONS.map((integration) => [integration.definition.id, integration] as const))(
  'an item of %s by its id',
  (_, integration) => {
    let context: AccountContext;
    let types: readonly ItemType[];

    beforeAll(async () => {
      context = await provider.connect(integration);
      types = [...integration.definition.itemTypes, ...(await integration.customItemTypes(context))];
    });

    it.each<PageRequest['properties'][]>([[[]], ['all']])(
      'is as in a list, with the properties %j',
      async (given) => {
        const found = await someOfEach(integration, types, given, context);
        expect([...found].filter(([, { length }]) => length > 0).map(([type]) => type)).toEqual(
          expect.arrayContaining(types.map(({ type }) => type)),
        );
        for (const items of found.values()) {
          const isHidden = ({ visibility }: IntegrationItem) => !visibility;
          for (const item of [...items.slice(0, 25), ...items.slice(-5), ...items.filter(isHidden).slice(0, 5)]) {
            const alone = await integration.fetchItem({ ...keyOf(item), properties: given }, context);
            expect(JSON.stringify(alone)).toBe(JSON.stringify(item));
          }
        }
      },
      60_000,
    );

    it('is null where the provider does not know it', async () => {
      const found = await someOfEach(integration, types, [], context);
      for (const [type, [item]] of found) {
        const unknown = item!.id.replace(/.{4}$/, '9998');
        const request = { ...keyOf(item!), id: unknown, properties: [] };
        expect([type, await integration.fetchItem(request, context)]).toEqual([type, null]);
      }
    }, 60_000);

    it('is not null, but an error, where the provider says nothing of it', async () => {
      const [item] = (await someOfEach(integration, types, [], context)).values().next().value!;
      const answers = [
        ['unauthorized', 401],
        ['rate-limited', 429],
        ['unavailable', 503],
        ['malformed', 200],
      ] as const;
      for (const [reason, status] of answers) {
        const api: ProviderApi = {
          ...context.api,
          read: () => Promise.reject(new UpstreamError(reason, { status })),
        };
        const alone = integration.fetchItem({ ...keyOf(item!), properties: [] }, { ...context, api });
        await expect(alone).rejects.toMatchObject({ reason });
      }
    }, 60_000);
  },
);

it('is an error for a base of Airtable that the list of bases lacks and that can be read: its name is not known', async () => {
  const airtable = new AirtableIntegration();
  const { api, ...context } = await provider.connect(airtable);
  const [base] = (await someOfEach(airtable, airtable.definition.itemTypes, [], { api, ...context })).get('base')!;
  const withoutBases: ProviderApi = {
    ...api,
    read: async (request) => {
      const response = await api.read(request);
      return request.path === '/v0/meta/bases' ? { ...response, body: { bases: [] } } : response;
    },
  };
  const fetchBase = (id: string) =>
    airtable.fetchItem({ ...keyOf(base!), id, properties: [] }, { ...context, api: withoutBases });
  await expect(fetchBase(base!.id)).rejects.toMatchObject({ reason: 'malformed' });
  expect(await fetchBase(base!.id.replace(/.{4}$/, '9998'))).toBeNull();
});
