import { Client, collectPaginatedAPI, isFullPage, LogLevel, type PageObjectResponse } from '@notionhq/client';
import { Tester } from './tester.js';

/** https://developers.notion.com/reference/page-property-values, with the kinds of the SDK's types. */
const KINDS = [
  'button checkbox created_by created_time date email files formula last_edited_by last_edited_time multi_select number people',
  'phone_number place relation rich_text rollup select status title unique_id url verification',
]
  .join(' ')
  .split(' ');

describe('Notion properties', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'notion', limit: 'off' });
  });
  afterAll(() => sandbox.close());
  afterEach(() => sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { references: 3, blockDepth: 0 } }));

  const client = async (clientId?: string) => {
    const { access_token } = await sandbox.tokens('notion', clientId === undefined ? {} : { clientId });
    return new Client({
      auth: access_token,
      logLevel: LogLevel.ERROR,
      baseUrl: `${sandbox.url}/notion`,
      notionVersion: '2026-03-11',
      retry: false,
    });
  };

  /** Rows of the data source that has columns of every kind. */
  async function rows(notion: Client): Promise<PageObjectResponse[]> {
    const sources = await collectPaginatedAPI(notion.search, { filter: { property: 'object', value: 'data_source' } });
    const source = sources.find((found) => 'properties' in found && 'Crew' in found.properties);
    const found = await collectPaginatedAPI(notion.dataSources.query, { data_source_id: source?.id ?? '' });
    return found.filter<PageObjectResponse>(isFullPage);
  }

  it('are of every kind in one data source', async () => {
    const [row] = await rows(await client());
    const kinds = Object.values(row?.properties ?? {}).map(({ type }) => type as string);
    expect([...new Set(kinds)].sort()).toEqual([...KINDS].sort());
  });

  it('refer to 25 others at most, and the property endpoint gives all, page after page', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { references: 60 } });
    const notion = await client();
    const [row] = await rows(notion);
    const { Crew, 'Depends on': depends, Mentions, Dependencies, Weight } = row?.properties ?? {};
    expect(depends).toMatchObject({ has_more: true, relation: { length: 25 } });
    expect(Crew).toMatchObject({ people: { length: 25 } });
    expect(Mentions).toMatchObject({ rich_text: { length: 25 } });
    expect(Dependencies).toMatchObject({ rollup: { number: 25 } });
    const read = (property_id: string, more: object = {}) =>
      notion.pages.properties.retrieve({ page_id: row?.id ?? '', property_id, ...more });
    const first = await read(depends?.id ?? '', { page_size: 50 });
    expect(first).toMatchObject({ object: 'list', type: 'property_item', has_more: true, results: { length: 50 } });
    const second = await read(depends?.id ?? '', { start_cursor: 'next_cursor' in first ? first.next_cursor : '' });
    expect(second).toMatchObject({ has_more: false, results: { length: 10 } });
    expect(await read('Crew')).toMatchObject({ results: { length: 60 }, property_item: { type: 'people' } });
    expect(await read(Dependencies?.id ?? '')).toMatchObject({ property_item: { rollup: { number: 60 } } });
    expect(await read('scrs')).toMatchObject({
      results: { length: 60 },
      property_item: { rollup: { type: 'array', array: [] } },
    });
    expect(await read(Weight?.id ?? '')).toMatchObject({ object: 'property_item', formula: { number: 120 } });
    await expect(read('nothing')).rejects.toMatchObject({ status: 400 });
  });

  it('have people as ids only for an app without the capability to read user information', async () => {
    const app = { provider: 'notion', clientId: 'no-users', clientSecret: 's', withoutUserInformation: true };
    await sandbox.control('POST', '/apps', app);
    const notion = await client('no-users');
    const [row] = await rows(notion);
    const people = row?.properties['Crew']?.type === 'people' ? row.properties['Crew'].people : [];
    expect(people).toHaveLength(3);
    for (const one of people) expect(Object.keys(one).sort()).toEqual(['id', 'object']);
    await expect(notion.users.list({})).rejects.toMatchObject({ status: 403, code: 'restricted_resource' });
  });

  it('lead from a page in blocks to the page around them', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { blockDepth: 2 } });
    const notion = await client();
    const pages = await collectPaginatedAPI(notion.search, { filter: { property: 'object', value: 'page' } });
    const inBlock = pages.filter(isFullPage).find(({ parent }) => parent.type === 'block_id');
    let parent: { type: string; block_id?: string; page_id?: string } = inBlock?.parent ?? { type: '' };
    for (let depth = 0; depth < 2; depth += 1) {
      const block = await notion.blocks.retrieve({ block_id: parent.block_id ?? '' });
      parent = 'parent' in block ? block.parent : { type: '' };
    }
    expect(pages.map(({ id }) => id)).toContain(parent.page_id);
  });
});

describe('a Notion search', () => {
  let sandbox: Tester;
  beforeAll(async () => {
    sandbox = await Tester.start();
  });
  afterAll(() => sandbox.close());

  it('can miss rows that a query has, and end before it is complete', async () => {
    const sizes = { unindexedRows: 4, searchLimit: 60 };
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes });
    const { access_token } = await sandbox.tokens('notion');
    const send = (path: string, json: object) =>
      sandbox.send<{ results: unknown[] }>('POST', `/notion/v1${path}`, {
        json,
        headers: { authorization: `Bearer ${access_token}`, 'notion-version': '2026-03-11' },
      });
    const { body } = await send('/search', { filter: { property: 'object', value: 'page' } });
    expect(body).toMatchObject({ has_more: false, request_status: { type: 'incomplete' } });
    await sandbox.control('PUT', '/sizes', { provider: 'notion', sizes: { ...sizes, searchLimit: 1000 } });
    const all = await send('/search', { filter: { property: 'object', value: 'page' } });
    expect(all.body.results).toHaveLength(48 + 8 * 6);
    expect(await send('/search', { pagesize: 3 })).toMatchObject({ status: 400 });
  });
});
