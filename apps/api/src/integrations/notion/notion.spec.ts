import { allPages, describeIntegration } from '../integration.contract.js';
import { NotionIntegration } from './notion.integration.js';

const notion = new NotionIntegration();
const error = (code: string, more: object = {}) => ({ object: 'error', code, message: 'm', ...more });

describeIntegration(notion, [
  { name: 'a refused token', status: 401, body: error('unauthorized'), reason: 'unauthorized', code: 'unauthorized' },
  { name: 'a missing capability', status: 403, body: error('restricted_resource'), reason: 'forbidden' },
  { name: 'a conflict', status: 409, body: error('conflict_error'), reason: 'unavailable' },
  {
    name: 'a 429',
    status: 429,
    body: error('rate_limited'),
    reason: 'rate-limited',
  },
  {
    name: 'a 429 with its hint in the body',
    status: 429,
    body: error('rate_limited', { additional_data: { retry_after: '5' } }),
    reason: 'rate-limited',
    retryAfterMs: 5_000,
  },
  {
    name: 'a blocked app, which waiting does not help',
    status: 429,
    body: error('rate_limited', { additional_data: { rate_limit_reason: 'public_api_request_blocked' } }),
    reason: 'quota-exhausted',
  },
  { name: 'an overloaded service', status: 529, body: error('service_overload'), reason: 'rate-limited' },
  {
    name: 'an unknown cursor',
    status: 400,
    body: { ...error('validation_error'), message: 'start_cursor should be valid' },
    reason: 'cursor-expired',
  },
  {
    name: 'another bad request',
    status: 400,
    body: error('validation_error'),
    reason: 'rejected',
    code: 'validation_error',
  },
]);

const title = (text: string) => [{ type: 'text', plain_text: text }];

describe('notion', () => {
  it('searches pages by type, oldest edit first, to the last page', async () => {
    const { items, seen } = await allPages(
      notion,
      { type: 'page', limit: 250 },
      { 'POST /v1/search': { results: [{ id: 'p1' }], has_more: false, next_cursor: null } },
    );
    expect(items).toHaveLength(1);
    expect(JSON.parse(seen[0]?.replace('POST /v1/search ', '') ?? '')).toEqual({
      filter: { property: 'object', value: 'page' },
      sort: { timestamp: 'last_edited_time', direction: 'ascending' },
      page_size: 100,
    });
  });

  it('maps a page: title of any name, scalar properties, parent', async () => {
    const page = {
      id: 'p1',
      created_time: '2026-07-04T09:25:00.000Z',
      last_edited_time: '2026-07-05T09:25:00.000Z',
      parent: { type: 'data_source_id', data_source_id: 'ds1', database_id: 'db1' },
      in_trash: true,
      url: 'https://app.notion.com/p/p1',
      properties: {
        Task: { type: 'title', title: [...title('Write '), ...title('tests')] },
        Notes: { type: 'rich_text', rich_text: title('soon') },
        Effort: { type: 'number', number: 3 },
        Done: { type: 'checkbox', checkbox: false },
        State: { type: 'status', status: { name: 'Open' } },
        Tags: { type: 'multi_select', multi_select: [{ name: 'a' }, { name: 'b' }] },
        Due: { type: 'date', date: { start: '2026-08-01', end: null } },
        Key: { type: 'unique_id', unique_id: { prefix: 'TASK', number: 7 } },
        Sum: { type: 'formula', formula: { type: 'number', number: 9 } },
        Flag: { type: 'formula', formula: { type: 'boolean', boolean: true } },
        Nobody: { type: 'select', select: null },
      },
    };
    const { items } = await allPages(
      notion,
      { type: 'page' },
      { 'POST /v1/search': { results: [page], has_more: false } },
    );
    expect(items[0]).toEqual({
      id: 'p1',
      type: 'page',
      name: 'Write tests',
      directory: false,
      parentId: 'ds1',
      parentPathOrName: null,
      creationTime: '2026-07-04T09:25:00.000Z',
      lastModifiedTime: '2026-07-05T09:25:00.000Z',
      url: 'https://app.notion.com/p/p1',
      children: [],
      mimeType: null,
      delta: null,
      driveId: null,
      visibility: false,
      properties: {
        Task: 'Write tests',
        Notes: 'soon',
        Effort: 3,
        Done: false,
        State: 'Open',
        Tags: ['a', 'b'],
        Due: '2026-08-01',
        Key: 'TASK-7',
        Sum: 9,
        Flag: true,
        Nobody: null,
      },
    });
  });

  it('maps a data source and a page without a title in the workspace', async () => {
    const source = {
      id: 'ds1',
      title: title('Tasks'),
      archived: true,
      parent: { type: 'database_id', database_id: 'db1' },
      properties: { A: {} },
    };
    const sources = await allPages(
      notion,
      { type: 'data-source' },
      { 'POST /v1/search': { results: [source], has_more: false } },
    );
    expect(sources.items[0]).toMatchObject({
      type: 'data-source',
      name: 'Tasks',
      directory: true,
      parentId: 'db1',
      visibility: false,
    });
    const page = {
      id: 'p1',
      parent: { type: 'workspace', workspace: true },
      properties: { title: { type: 'title', title: [] } },
    };
    const pages = await allPages(notion, { type: 'page' }, { 'POST /v1/search': { results: [page], has_more: false } });
    expect(pages.items[0]).toMatchObject({
      name: null,
      parentId: 'account-1',
      parentPathOrName: 'Acme',
      visibility: true,
    });
  });

  it('identifies an account by workspace and bot', async () => {
    const grant = { accessToken: 'a', refreshToken: null, expiresAt: null, scopes: null };
    const response = { workspace_id: 'w1', workspace_name: 'Acme', bot_id: 'b1' };
    await expect(notion.identify({ ...grant, response })).resolves.toEqual({
      account: { id: 'w1', name: 'Acme', url: null },
      key: 'w1:b1',
      // A further authorization of this bot may end the tokens of an earlier one.
      grant: 'b1',
    });
    await expect(notion.identify({ ...grant, response: {} })).rejects.toMatchObject({ reason: 'malformed' });
  });
});
