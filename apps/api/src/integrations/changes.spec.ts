import { AirtableIntegration } from './airtable/airtable.integration.js';
import { HubSpotIntegration } from './hubspot/hubspot.integration.js';
import { NotionIntegration } from './notion/notion.integration.js';
import type { AccountContext, Integration, IntegrationItem } from './integration.js';
import { SlackIntegration } from './slack/slack.integration.js';
import { startMockProvider, type MockProvider } from './mock-account.contract.js';
import { isBranches } from './page.js';

let provider: MockProvider;

beforeAll(async () => {
  provider = await startMockProvider();
});

afterAll(() => provider.close());

async function load(
  integration: Integration,
  type: string,
  context: AccountContext,
  { parent = null, changedSince = null }: { parent?: string | null; changedSince?: number | null },
): Promise<IntegrationItem[]> {
  const items: IntegrationItem[] = [];
  const positions: (string | null)[] = [null];
  while (positions.length > 0) {
    const position = positions.shift() ?? null;
    const request = { type, parent, position, changedSince, limit: 100, properties: [], archived: false };
    const page = await integration.fetchPage(request, context);
    if (isBranches(page)) positions.unshift(...page.lists.map((list) => list.position));
    else {
      items.push(...page.items);
      if (page.nextPosition !== null) positions.unshift(page.nextPosition);
    }
  }
  return items;
}

const timeOf = ({ lastModifiedTime }: IntegrationItem) => Date.parse(lastModifiedTime ?? '');

/** When the newest few of these items were changed. */
function timeOfNewest(items: readonly IntegrationItem[], count: number): number {
  const times = items.map(timeOf).sort((left, right) => right - left);
  return times[count - 1]!;
}

const since = (items: readonly IntegrationItem[], time: number) =>
  items.flatMap((item) => (timeOf(item) >= time ? [item.id] : [])).sort();

describe('what changed since a time costs few requests', () => {
  it.each([
    ['as they are', {}],
    ['with values that a list gives in part', { references: 30 }],
  ])(
    'of 900 pages and the data sources of Notion, %s',
    async (_, sizes) => {
      const notion = new NotionIntegration();
      const context = await provider.connect(notion, { pages: 0, dataSources: 9, rowsPerDataSource: 100, ...sizes });
      const [pages, sources] = [
        await load(notion, 'page', context, {}),
        await load(notion, 'data-source', context, {}),
      ];
      const changedSince = timeOfNewest(pages, 4);
      const expected = since(pages, changedSince);
      context.seen.length = 0;
      const changed = await load(notion, 'page', context, { changedSince });
      const changedSources = await load(notion, 'data-source', context, { changedSince });
      expect(since(changed, changedSince)).toEqual(expected);
      expect(since(changedSources, changedSince)).toEqual(since(sources, changedSince));
      // What a list gives in part is asked for where the item has changed, and there only.
      const lists = context.seen.filter((request) => request === 'POST /v1/search');
      expect(lists.length).toBeLessThanOrEqual(5);
      const further = context.seen.length - lists.length;
      expect(further).toBeLessThanOrEqual('references' in sizes ? expected.length * 12 : 0);
    },
    60_000,
  );

  it('of four types of HubSpot', async () => {
    const hubspot = new HubSpotIntegration();
    const context = await provider.connect(hubspot);
    const types = ['contact', 'company', 'deal', 'ticket'];
    for (const type of types) {
      const all = await load(hubspot, type, context, {});
      const changedSince = timeOfNewest(all, 3);
      const changed = await load(hubspot, type, context, { changedSince });
      expect(since(changed, 0)).toEqual(since(all, changedSince));
    }
    const fresh = await provider.connect(hubspot);
    for (const type of types) await load(hubspot, type, fresh, { changedSince: Date.parse('2026-01-01') });
    expect(fresh.seen.length).toBeLessThanOrEqual(12);
  }, 60_000);

  it('of the tables of a base of Airtable', async () => {
    const airtable = new AirtableIntegration();
    const context = await provider.connect(airtable);
    const [base] = await load(airtable, 'base', context, {});
    const parent = base!.id;
    const all = await load(airtable, 'record', context, { parent });
    const tables = await load(airtable, 'table', context, { parent });
    const fresh = await provider.connect(airtable);
    // A record that nobody has edited has no time of a change: it is new by its creation.
    const created = all.map(({ creationTime }) => Date.parse(creationTime ?? '')).sort((left, right) => right - left);
    const changedSince = created[3]!;
    const changed = await load(airtable, 'record', fresh, { parent, changedSince });
    expect(changed.map(({ id }) => id)).toEqual(
      expect.arrayContaining(
        all.flatMap(({ id, creationTime }) => (Date.parse(creationTime ?? '') >= changedSince ? [id] : [])),
      ),
    );
    expect(fresh.seen.length).toBeLessThanOrEqual(tables.length + 5);
  }, 60_000);

  it('of the messages of a Slack channel: the page with those that were created since, and what was edited on it', async () => {
    const slack = new SlackIntegration();
    const context = await provider.connect(slack, { messages: 900 });
    const channel = (await load(slack, 'channel', context, {})).find(
      ({ properties }) => properties['isMember'] === true,
    );
    const parent = channel!.id;
    const all = await load(slack, 'message', context, { parent });
    expect(all.length).toBeGreaterThanOrEqual(900);
    const created = ({ creationTime }: IntegrationItem) => Date.parse(creationTime ?? '');
    const changedSince = created(all[2]!);
    context.seen.length = 0;
    const changed = await load(slack, 'message', context, { parent, changedSince });
    expect(changed.map(({ id }) => id)).toEqual(all.slice(0, changed.length).map(({ id }) => id));
    expect(changed.length).toBeLessThanOrEqual(100);
    expect(context.seen.filter((request) => request.endsWith('conversations.history'))).toHaveLength(1);
    context.seen.length = 0;
    await load(slack, 'message', context, { parent, changedSince: created(all[700]!) });
    expect(context.seen.filter((request) => request.endsWith('conversations.history'))).toHaveLength(8);
  }, 60_000);
});
