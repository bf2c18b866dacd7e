import { allPages, describeIntegration } from '../integration.contract.js';
import { AirtableIntegration } from './airtable.integration.js';

const airtable = new AirtableIntegration();

describeIntegration(airtable, [
  {
    name: 'a refused token',
    status: 401,
    body: { error: { type: 'AUTHENTICATION_REQUIRED' } },
    reason: 'unauthorized',
    code: 'AUTHENTICATION_REQUIRED',
  },
  {
    name: 'a missing permission',
    status: 403,
    body: { error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' } },
    reason: 'forbidden',
  },
  { name: 'an error that is a text', status: 404, body: { error: 'NOT_FOUND' }, reason: 'missing', code: 'NOT_FOUND' },
  {
    name: 'a 429 as it was seen, in a list',
    status: 429,
    body: { errors: [{ error: 'RATE_LIMIT_REACHED' }] },
    reason: 'rate-limited',
  },
  {
    name: 'the end of a month’s allowance',
    status: 429,
    body: { errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED' }] },
    reason: 'quota-exhausted',
  },
  {
    name: 'an expired offset',
    status: 422,
    body: { error: { type: 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE' } },
    reason: 'cursor-expired',
  },
  { name: 'a bad parameter', status: 422, body: { error: { type: 'INVALID_REQUEST_UNKNOWN' } }, reason: 'rejected' },
  {
    name: 'an outage with a hint',
    status: 503,
    body: {},
    reason: 'unavailable',
  },
]);

const fields = [
  { id: 'fld1', name: 'Name', type: 'singleLineText' },
  { id: 'fld2', name: 'Size', type: 'number' },
];
const answers = {
  'GET /v0/meta/bases': { bases: [{ id: 'app1', name: 'One', permissionLevel: 'create' }], offset: 'itr1' },
  'GET /v0/meta/bases?offset=itr1': { bases: [{ id: 'app2', name: 'Two' }] },
  'GET /v0/meta/bases/app1/tables': {
    tables: [
      { id: 'tbl1', name: 'Things', primaryFieldId: 'fld1', fields },
      { id: 'tbl2', name: 'Empty', primaryFieldId: 'fld1', fields },
    ],
  },
  'GET /v0/meta/bases/app2/tables': { tables: [{ id: 'tbl3', name: 'More', primaryFieldId: 'fld9', fields: [] }] },
  'GET /v0/app1/tbl1?pageSize=100': {
    records: [{ id: 'rec1', createdTime: '2023-11-29T16:36:07.000Z', fields: { Name: 'First', Size: 4 } }],
    offset: 'itr/rec1',
  },
  'GET /v0/app1/tbl1?pageSize=100&offset=itr/rec1': { records: [{ id: 'rec2', fields: {} }] },
  'GET /v0/app1/tbl2': { records: [] },
  'GET /v0/app2/tbl3': { records: [{ id: 'rec3', fields: { Other: 1 } }] },
};

describe('airtable', () => {
  it('lists bases over their pages', async () => {
    const { items } = await allPages(airtable, { type: 'base' }, answers);
    expect(items.map(({ id }) => id)).toEqual(['app1', 'app2']);
    expect(items[0]).toMatchObject({ type: 'base', name: 'One', directory: true, url: 'https://airtable.com/app1' });
  });

  it('lists the tables of every base', async () => {
    const { items } = await allPages(airtable, { type: 'table' }, answers);
    expect(items.map(({ id, parentId, parentPathOrName }) => [id, parentId, parentPathOrName])).toEqual([
      ['tbl1', 'app1', 'One'],
      ['tbl2', 'app1', 'One'],
      ['tbl3', 'app2', 'Two'],
    ]);
  });

  it('lists the records of every table, past an empty one, to the last page', async () => {
    const { items } = await allPages(airtable, { type: 'record' }, answers);
    expect(items.map(({ id, name, parentId, parentPathOrName }) => [id, name, parentId, parentPathOrName])).toEqual([
      ['rec1', 'First', 'tbl1', 'One / Things'],
      ['rec2', null, 'tbl1', 'One / Things'],
      ['rec3', null, 'tbl3', 'Two / More'],
    ]);
    expect(items[0]).toMatchObject({
      creationTime: '2023-11-29T16:36:07.000Z',
      properties: { Name: 'First', Size: 4 },
    });
  });

  it('has no items for an account without bases', async () => {
    for (const type of ['base', 'table', 'record']) {
      expect((await allPages(airtable, { type }, { 'GET /v0/meta/bases': { bases: [] } })).items).toEqual([]);
    }
  });

  it('ends a list of bases whose cursor is given again, and says that bases may be missing', async () => {
    const endless = {
      'GET /v0/meta/bases': { bases: [{ id: 'app1' }], offset: 'itr1' },
      'GET /v0/meta/bases?offset=itr1': { bases: [{ id: 'app1' }], offset: 'itr1' },
      'GET /v0/meta/bases/app1/tables': { tables: [{ id: 'tbl1' }] },
    };
    const { items, missing } = await allPages(airtable, { type: 'table' }, endless);
    expect(items.map(({ id }) => id)).toEqual(['tbl1']);
    expect(missing).toMatchObject([{ reason: 'malformed' }]);
  });

  it('lists a base once that is given several times side by side', async () => {
    const bases = ['app1', 'app2', 'app2', 'app1'].map((id) => ({ id }));
    const { items, missing } = await allPages(
      airtable,
      { type: 'table' },
      {
        'GET /v0/meta/bases': { bases },
        'GET /v0/meta/bases/app1/tables': { tables: [{ id: 'tbl1' }] },
        'GET /v0/meta/bases/app2/tables': { tables: [{ id: 'tbl2' }] },
      },
    );
    expect(items.map(({ id }) => id)).toEqual(['tbl1', 'tbl2']);
    expect(missing).toEqual([]);
  });
});
