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
    expect(
      items.map(({ id, parentId, parentPathOrName, driveId }) => [id, parentId, parentPathOrName, driveId]),
    ).toEqual([
      ['tbl1', 'app1', 'One', 'app1'],
      ['tbl2', 'app1', 'One', 'app1'],
      ['tbl3', 'app2', 'Two', 'app2'],
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
      lastModifiedTime: null,
      driveId: 'app1',
      properties: { Name: 'First', Size: 4 },
    });
  });

  it('gives a base no container, because its id is unique in the account', async () => {
    const { items } = await allPages(airtable, { type: 'base' }, answers);
    expect(items.map(({ driveId }) => driveId)).toEqual([null, null]);
  });

  it.each([
    ['app1', ['rec1', 'rec2']],
    ['app2/tbl3', ['rec3']],
  ])('lists only the records in the parent %s', async (parent, ids) => {
    const { items } = await allPages(airtable, { type: 'record', parent }, answers);
    expect(items.map(({ id }) => id)).toEqual(ids);
  });

  it('lists only the tables of the base that is the parent, also of one that the list of bases lacks', async () => {
    const own = { 'GET /v0/meta/bases': { bases: [] }, 'GET /v0/meta/bases/app9/tables': { tables: [{ id: 'tbl9' }] } };
    const { items, seen } = await allPages(airtable, { type: 'table', parent: 'app9' }, own);
    expect(items).toMatchObject([{ id: 'tbl9', parentId: 'app9', driveId: 'app9' }]);
    expect(seen).toEqual(['GET /v0/meta/bases', 'GET /v0/meta/bases/app9/tables']);
  });

  it('says that the table that is the parent is not there', async () => {
    const page = allPages(airtable, { type: 'record', parent: 'app2/tblX' }, answers);
    await expect(page).rejects.toMatchObject({ reason: 'missing' });
  });

  it('promises all records of a base, and not all bases', () => {
    const reasons = airtable.definition.itemTypes.map(({ type, notExhaustive }) => [
      type,
      notExhaustive(null) === null,
      notExhaustive('app1') === null,
    ]);
    expect(reasons).toEqual([
      ['base', false, false],
      ['table', false, true],
      ['record', false, true],
    ]);
  });

  it('asks for records that were made or edited at the time or later', async () => {
    const { seen } = await allPages(
      airtable,
      { type: 'record', parent: 'app2/tbl3', changedSince: Date.UTC(2026, 5, 1) },
      answers,
    );
    expect(seen.at(-1)).toBe(
      "GET /v0/app2/tbl3?pageSize=100&filterByFormula=OR(IS_AFTER(CREATED_TIME(),'2026-05-31T23:59:59.999Z')," +
        "IS_AFTER(LAST_MODIFIED_TIME(),'2026-05-31T23:59:59.999Z'))",
    );
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

  const person = { id: 'usr1', email: 'noor@example.com', name: 'Noor Jansen' };
  it.each<[string, string, unknown, string | null]>([
    ['a text', 'singleLineText', 'Berth 4', 'Berth 4'],
    ['the first line of a long text', 'multilineText', '\n Berth 4\nby the crane', 'Berth 4'],
    ['an empty cell', 'singleLineText', undefined, null],
    ['a barcode', 'barcode', { text: '4006381333931', type: 'ean13' }, '4006381333931'],
    ['a number', 'number', 0, '0'],
    ['a price', 'currency', 12.5, '12.5'],
    ['a percentage', 'percent', 0.25, '0.25'],
    ['a rating', 'rating', 4, '4'],
    ['an automatic number', 'autoNumber', 17, '17'],
    ['a date', 'date', '2026-03-01', '2026-03-01'],
    ['a checkbox', 'checkbox', true, 'true'],
    ['a formula that failed', 'formula', { error: '#ERROR!' }, '#ERROR!'],
    ['a formula without a number', 'formula', { specialValue: 'NaN' }, 'NaN'],
    ['a lookup of texts', 'multipleLookupValues', ['North', null, 'South'], 'North, South'],
    ['a lookup of people', 'multipleLookupValues', [[person], [person]], 'Noor Jansen, Noor Jansen'],
    ['linked records', 'multipleRecordLinks', ['rec8', 'rec9'], 'rec8, rec9'],
    ['a person', 'singleCollaborator', person, 'Noor Jansen'],
    ['a person without a name', 'createdBy', { id: 'usr1', email: 'noor@example.com' }, 'noor@example.com'],
    ['files', 'multipleAttachments', [{ id: 'att1', filename: 'plan.pdf', url: 'https://x.example' }], 'plan.pdf'],
    ['a button', 'button', { label: 'Open', url: 'https://x.example' }, 'Open'],
    ['a generated text', 'aiText', { state: 'generated', isStale: false, value: 'A summary' }, 'A summary'],
    ['a generated text that is not there yet', 'aiText', { state: 'empty', isStale: false, value: null }, null],
    ['a value of a type that is new', 'hologram', { depth: 3 }, null],
  ])('names a record by %s', async (_name, type, value, name) => {
    const primary = [{ id: 'fld1', name: 'Code', type }];
    const { items } = await allPages(
      airtable,
      { type: 'record', parent: 'app2/tbl3' },
      {
        ...answers,
        'GET /v0/meta/bases/app2/tables': { tables: [{ id: 'tbl3', primaryFieldId: 'fld1', fields: primary }] },
        'GET /v0/app2/tbl3': { records: [{ id: 'rec1', fields: value === undefined ? {} : { Code: value } }] },
      },
    );
    expect(items).toMatchObject([{ name, properties: value === undefined ? {} : { Code: value } }]);
  });

  it('takes the time of the last change from the fields that hold it for the whole record', async () => {
    const modified = (id: string, options: object) => ({ id, name: id, type: 'lastModifiedTime', options });
    const { items } = await allPages(
      airtable,
      { type: 'record', parent: 'app2/tbl3' },
      {
        ...answers,
        'GET /v0/meta/bases/app2/tables': {
          tables: [
            {
              id: 'tbl3',
              fields: [
                modified('Edited', { referencedFieldIds: [] }),
                modified('Day', { referencedFieldIds: null }),
                modified('Priced', { referencedFieldIds: ['fld1'] }),
              ],
            },
          ],
        },
        'GET /v0/app2/tbl3': {
          records: [
            { id: 'rec1', fields: { Edited: '2026-03-01T10:00:00.000Z', Priced: '2026-04-01T10:00:00.000Z' } },
            { id: 'rec2', fields: { Day: '2026-03-01' } },
          ],
        },
      },
    );
    expect(items.map(({ lastModifiedTime }) => lastModifiedTime)).toEqual(['2026-03-01T10:00:00.000Z', null]);
  });

  describe('with names of linked records', () => {
    const linked = {
      ...answers,
      'GET /v0/meta/bases/app2/tables': {
        tables: [
          {
            id: 'tbl3',
            fields: [{ id: 'fldL', name: 'Boat', type: 'multipleRecordLinks', options: { linkedTableId: 'tbl4' } }],
          },
          { id: 'tbl4', primaryFieldId: 'fldN', fields: [{ id: 'fldN', name: 'Name', type: 'singleLineText' }] },
        ],
      },
      'GET /v0/app2/tbl3': { records: [{ id: 'rec3', fields: { Boat: ['recA', 'recB', 'recX'] } }] },
      'GET /v0/app2/tbl4?pageSize=100&fields[]=fldN': {
        records: [{ id: 'recA', fields: { Name: 'Aurora' } }],
        offset: 'itr2',
      },
      'GET /v0/app2/tbl4?pageSize=100&fields[]=fldN&offset=itr2': {
        records: [{ id: 'recB', fields: { Name: 'Boreas' } }],
      },
    };
    const load = (properties: readonly string[] | 'all') =>
      allPages(airtable, { type: 'record', parent: 'app2/tbl3', properties }, linked);

    it.each([['all' as const], [['fldL']], [['Boat']]])('adds them for the properties %j', async (properties) => {
      const { items } = await load(properties);
      expect(items[0]?.properties).toEqual({
        Boat: ['recA', 'recB', 'recX'],
        'Boat (names)': ['Aurora', 'Boreas', null],
      });
    });

    it('does not read them unless they are wanted', async () => {
      const { items, seen } = await load([]);
      expect(items[0]?.properties).toEqual({ Boat: ['recA', 'recB', 'recX'] });
      expect(seen.filter((request) => request.includes('tbl4'))).toEqual([]);
    });
  });
});
