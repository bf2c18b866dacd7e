import { describeConformance, unsupported } from './conformance.js';
import type { ListModel } from './provider-model.js';
import { AirtableIntegration } from '../../src/integrations/airtable/airtable.integration.js';

const airtable = new AirtableIntegration();

const FIELDS = [
  { id: 'fld1', name: 'Name', type: 'singleLineText' },
  { id: 'fld2', name: 'Length', type: 'number' },
  { id: 'fld3', name: 'Crew', type: 'multipleRecordLinks' },
];
const table = (id: string) => ({ id, name: 'Berths', description: 'All', primaryFieldId: 'fld1', fields: FIELDS });
const base = (id: string) => ({ id, name: 'Harbour', permissionLevel: 'create' });

/** The records of a table; a copy of a base has the ids of its original. */
const records = (driveId: string): ListModel => ({
  type: 'record',
  driveId,
  cursorOf: ({ path, query = {} }) =>
    path === `/v0/${driveId}/tbl1` ? ((query['offset'] ?? null) as string | null) : undefined,
  entry: (id) => ({
    id,
    createdTime: '2026-03-01T00:00:00.000Z',
    fields: { Name: 'North pier', Length: 12, Crew: ['rec1'] },
  }),
  body: ({ entries, next }) => ({ records: entries, ...(next === null ? {} : { offset: next }) }),
});

const tables: ListModel = {
  type: 'table',
  driveId: 'appOne',
  cursorOf: ({ path }) => (path === '/v0/meta/bases/appOne/tables' ? null : undefined),
  entry: table,
  isOnePage: true,
  body: ({ entries }) => ({ tables: entries }),
};

const bases: ListModel = {
  type: 'base',
  cursorOf: ({ path, query = {} }) =>
    path === '/v0/meta/bases' ? ((query['offset'] ?? null) as string | null) : undefined,
  entry: base,
  body: ({ entries, next }) => ({ bases: entries, ...(next === null ? {} : { offset: next }) }),
};

const forbidden = { status: 403, body: { error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' } } };

describeConformance(airtable, [
  { forbidden, lists: [bases] },
  {
    forbidden,
    lists: [tables],
    respond: ({ path }) => (path === '/v0/meta/bases' ? { bases: [base('appOne')] } : undefined),
  },
  {
    forbidden,
    lists: [records('appOne'), records('appTwo')],
    respond: ({ path }) => {
      if (path === '/v0/meta/bases') return { bases: [base('appOne'), base('appTwo')] };
      return path.endsWith('/tables') ? { tables: [table('tbl1')] } : undefined;
    },
  },
]);

test('what Airtable does not do', () => {
  expect(unsupported(airtable.definition)).toEqual([
    'revocation',
    'introspection',
    'remaining requests',
    'changes: base, table',
    'parent: base',
    'named properties: base, table',
    'exhaustive lists: base, table, record',
  ]);
});
