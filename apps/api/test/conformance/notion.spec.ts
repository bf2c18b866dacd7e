import type { ApiRequest } from '../../src/integrations/integration.js';
import { describeConformance, unsupported } from './conformance.js';
import type { ListModel } from './provider-model.js';
import { NotionIntegration } from '../../src/integrations/notion/notion.integration.js';

const notion = new NotionIntegration();

const search = (
  type: string,
  object: string,
  entry: ListModel['entry'],
): Pick<ListModel, 'type' | 'cursorOf' | 'entry' | 'body'> => ({
  type,
  cursorOf: ({ path, json }: ApiRequest) => {
    const { filter, start_cursor: cursor } = (json ?? {}) as { filter?: { value: string }; start_cursor?: string };
    return path === '/v1/search' && filter?.value === object ? (cursor ?? null) : undefined;
  },
  entry,
  body: ({ entries, next }) => ({ object: 'list', results: entries, has_more: next !== null, next_cursor: next }),
});

const times = { created_time: '2026-05-02T08:00:00.000Z', last_edited_time: '2026-05-03T09:30:00.000Z' };
const text = (content: string) => [{ type: 'text', plain_text: content, text: { content } }];

const forbidden = { status: 403, body: { object: 'error', status: 403, code: 'restricted_resource', message: 'No.' } };

describeConformance(notion, [
  {
    forbidden,
    lists: [
      search('page', 'page', (id) => ({
        object: 'page',
        id,
        ...times,
        parent: { type: 'data_source_id', data_source_id: 'ds-1', database_id: 'db-1' },
        in_trash: false,
        is_archived: false,
        url: `https://app.notion.com/p/${id}`,
        properties: {
          Name: { id: 'title', type: 'title', title: text('Mooring plan') },
          Notes: { id: 'n', type: 'rich_text', rich_text: text('A note') },
          Length: { id: 'l', type: 'number', number: 12 },
          Stay: { id: 's', type: 'date', date: { start: '2026-08-01', end: null, time_zone: null } },
          Owner: { id: 'o', type: 'people', people: [{ object: 'user', id: 'u-1', name: 'Rosa Field' }] },
          Crew: { id: 'c', type: 'relation', relation: [{ id: 'rel-1' }], has_more: false },
          Code: { id: 'u', type: 'unique_id', unique_id: { prefix: 'B', number: 3 } },
          Total: { id: 't', type: 'rollup', rollup: { type: 'number', number: 3, function: 'sum' } },
          Plan: {
            id: 'f',
            type: 'files',
            files: [{ name: 'plan.pdf', type: 'external', external: { url: 'https://x.example' } }],
          },
        },
      })),
      search('data-source', 'data_source', (id) => ({
        object: 'data_source',
        id,
        ...times,
        title: text('Berths'),
        description: text('All berths'),
        is_inline: false,
        in_trash: false,
        parent: { type: 'database_id', database_id: 'db-1' },
        database_parent: { type: 'page_id', page_id: 'page-1' },
        url: `https://app.notion.com/p/${id}`,
        properties: { Name: { id: 'title', name: 'Name', type: 'title' } },
      })),
    ],
  },
  // The databases that data sources are in.
  {
    forbidden,
    lists: [
      {
        ...search('database', 'data_source', (id) => ({
          object: 'data_source',
          id: `ds-${id}`,
          parent: { type: 'database_id', database_id: id },
        })),
        idMembers: ['parent'],
      },
    ],
    respond: ({ path }) => {
      const id = path.replace('/v1/databases/', '');
      return path.startsWith('/v1/databases/')
        ? { object: 'database', id, ...times, title: text('Harbour') }
        : undefined;
    },
  },
]);

test('what Notion does not do', () => {
  expect(unsupported(notion.definition)).toEqual([
    'introspection',
    'PKCE',
    'remaining requests',
    'changes: database',
    'parent: database',
    'named properties: page, data-source, database',
    'exhaustive lists: page, data-source, database',
  ]);
});
