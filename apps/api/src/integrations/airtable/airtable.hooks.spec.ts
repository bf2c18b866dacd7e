import { provider } from '../integration.contract.js';
import { airtableHooks } from './airtable.hooks.js';
import { classify } from './airtable.errors.js';

const BASE = 'app1';
const HOOK = 'ach1';
const HOOKS = '/v0/bases/app1/webhooks';
const LATER = '2026-11-27T12:00:00.000Z';

type Api = Awaited<ReturnType<typeof provider>>['api'];

async function at<T>(answers: Record<string, unknown>, use: (api: Api) => Promise<T>) {
  const { api, seen, close } = await provider(answers, classify);
  try {
    return { result: await use(api), seen };
  } finally {
    await close();
  }
}

const table = (id: string, isDeleted = false) => ({ type: 'table', id, driveId: BASE, parentId: BASE, isDeleted });
const record = (tableId: string, id: string, isDeleted = false) => ({
  type: 'record',
  id,
  driveId: BASE,
  parentId: tableId,
  isDeleted,
});

const renamed = (id: string) => ({ changedTablesById: { [id]: { changedMetadata: { current: { name: 'New' } } } } });
const page = (payloads: unknown, more: object = {}) => ({ payloads, cursor: 2, mightHaveMore: false, ...more });
const read = (answers: Record<string, unknown>, cursor = 1) =>
  at(answers, (api) => airtableHooks.read(api, BASE, HOOK, cursor));
const readOne = async (payload: object) => (await read({ [`GET ${HOOKS}/ach1/payloads`]: page([payload]) })).result;

describe('the hooks of airtable', () => {
  it('are made for records, fields and tables', async () => {
    const url = 'https://causeway.example/integrations/airtable/webhook';
    const made = { id: HOOK, macSecretBase64: 'c2VjcmV0', expirationTime: LATER };
    const { result, seen } = await at({ [`POST ${HOOKS}`]: made }, (api) => airtableHooks.create(api, BASE, url));
    expect(result).toEqual({ id: HOOK, url, secret: 'c2VjcmV0', expiresAt: Date.parse(LATER) });
    const dataTypes = ['tableData', 'tableFields', 'tableMetadata'];
    const body = { notificationUrl: url, specification: { options: { filters: { dataTypes } } } };
    expect(seen).toEqual([`POST ${HOOKS} ${JSON.stringify(body)}`]);
  });

  it.each([{}, { id: HOOK }, { macSecretBase64: 'c2VjcmV0' }, null])(
    'are not made by the response %j',
    async (body) => {
      const make = at({ [`POST ${HOOKS}`]: body }, (api) => airtableHooks.create(api, BASE, 'https://x.example'));
      await expect(make).rejects.toMatchObject({ reason: 'malformed' });
    },
  );

  it('are listed', async () => {
    const webhooks = [
      { id: HOOK, notificationUrl: 'https://x.example/', expirationTime: LATER },
      { id: 'ach2', notificationUrl: null },
    ];
    const { result } = await at({ [`GET ${HOOKS}`]: { webhooks } }, (api) => airtableHooks.list(api, BASE));
    expect(result).toEqual([
      { id: HOOK, url: 'https://x.example/', expiresAt: Date.parse(LATER) },
      { id: 'ach2', url: null, expiresAt: null },
    ]);
  });

  it('are refreshed and removed, and may be gone', async () => {
    const answers = { [`POST ${HOOKS}/ach1/refresh`]: { expirationTime: LATER }, [`DELETE ${HOOKS}/ach1`]: {} };
    const { result, seen } = await at(answers, async (api) => {
      await airtableHooks.remove(api, BASE, HOOK);
      await airtableHooks.remove(api, BASE, 'ach2');
      return [await airtableHooks.refresh(api, BASE, HOOK), await airtableHooks.refresh(api, BASE, 'ach2')];
    });
    expect(result).toEqual([{ expiresAt: Date.parse(LATER) }, null]);
    expect(seen[0]).toBe(`DELETE ${HOOKS}/ach1`);
    expect((await read({})).result).toBeNull();
  });

  it('are asked for no other path than that of a hook', async () => {
    const { api, close } = await provider({});
    const paths: string[] = [];
    const write: Api['write'] = (request) => (paths.push(request.path), api.write(request));
    await airtableHooks.remove({ ...api, write }, 'app1/../x', '../ach1');
    expect(paths).toEqual(['/v0/bases/app1%2F..%2Fx/webhooks/..%2Fach1']);
    await close();
  });
});

describe('what a hook of airtable tells', () => {
  it('is of records that were created, changed and deleted', async () => {
    const changedTablesById = {
      tbl1: {
        createdRecordsById: { rec1: { createdTime: LATER, cellValuesByFieldId: {} } },
        changedRecordsById: { rec2: { current: { cellValuesByFieldId: { fld1: 'x' } } } },
        destroyedRecordIds: ['rec3'],
      },
      tbl2: { destroyedRecordIds: ['rec1'] },
    };
    expect(await readOne({ changedTablesById })).toEqual({
      items: [
        record('tbl1', 'rec1'),
        record('tbl1', 'rec2'),
        record('tbl1', 'rec3', true),
        record('tbl2', 'rec1', true),
      ],
      cursor: 2,
      hasMore: false,
      isIncomplete: false,
    });
  });

  it.each([
    ['changedMetadata', { current: { name: 'New' } }, false],
    ['createdFieldsById', { fld1: { name: 'A', type: 'singleLineText' } }, true],
    ['changedFieldsById', { fld1: { current: { name: 'B' } } }, true],
    ['destroyedFieldIds', ['fld1'], true],
  ])('is of a table by its %s, and says whether its records have other values', async (member, value, isIncomplete) => {
    const changes = await readOne({ changedTablesById: { tbl1: { [member]: value } } });
    expect(changes).toMatchObject({ items: [table('tbl1')], isIncomplete });
  });

  it('is of tables that were created, with their records, and deleted', async () => {
    const changes = await readOne({
      createdTablesById: { tbl1: { metadata: { name: 'New' }, fieldsById: {}, recordsById: { rec1: {} } } },
      destroyedTableIds: ['tbl2'],
    });
    expect(changes?.items).toEqual([table('tbl1'), record('tbl1', 'rec1'), table('tbl2', true)]);
  });

  it('does not name the records of a table that was deleted', async () => {
    expect((await readOne({ destroyedTableIds: ['tbl1'] }))?.isIncomplete).toBe(true);
    expect((await readOne({ destroyedTableIds: [] }))?.isIncomplete).toBe(false);
  });

  it('is told once, as it was last', async () => {
    const gone = (id: string) => ({ changedTablesById: { tbl1: { destroyedRecordIds: [id] } } });
    const made = (id: string) => ({ changedTablesById: { tbl1: { createdRecordsById: { [id]: {} } } } });
    const payloads = [made('rec1'), gone('rec2'), gone('rec1'), made('rec2'), made('rec2')];
    const { result } = await read({ [`GET ${HOOKS}/ach1/payloads`]: page(payloads) });
    expect(result?.items).toEqual([record('tbl1', 'rec1', true), record('tbl1', 'rec2')]);
  });

  it('is read to its end, from where it was read last', async () => {
    const of = (id: string) => [renamed(id)];
    const path = `GET ${HOOKS}/ach1/payloads`;
    const { result, seen } = await read(
      {
        [`${path}?cursor=7&limit=50`]: page(of('tbl1'), { cursor: 57, mightHaveMore: true }),
        [`${path}?cursor=57&limit=50`]: page([], { cursor: 60, mightHaveMore: true }),
        [`${path}?cursor=60&limit=50`]: page(of('tbl2'), { cursor: 61 }),
      },
      7,
    );
    expect(seen).toHaveLength(3);
    expect(result).toEqual({
      items: [table('tbl1'), table('tbl2')],
      cursor: 61,
      hasMore: false,
      isIncomplete: false,
    });
  });

  it.each([[5], [4], [0], [-1], [5.5], ['6'], [null], [undefined], [1e300]])(
    'ends, and says that there is more, where the next cursor after 5 is %j',
    async (cursor) => {
      const answer = page([renamed('tbl1')], { cursor, mightHaveMore: true });
      const { result, seen } = await read({ [`GET ${HOOKS}/ach1/payloads`]: answer }, 5);
      expect(seen).toHaveLength(1);
      expect(result).toEqual({ items: [table('tbl1')], cursor: 5, hasMore: false, isIncomplete: true });
    },
  );

  it('is read a part at a time where it has no end', async () => {
    const { api, close } = await provider({});
    let requests = 0;
    const endless: Api['read'] = ({ query }) => {
      requests += 1;
      const body = page([], { cursor: Number(query?.['cursor']) + 1, mightHaveMore: true });
      return Promise.resolve({ status: 200, headers: {}, body });
    };
    const changes = await airtableHooks.read({ ...api, read: endless }, BASE, HOOK, 1);
    expect(changes).toEqual({ items: [], cursor: 101, hasMore: true, isIncomplete: false });
    expect(requests).toBe(100);
    await close();
  });

  it('is incomplete where Airtable lost what has changed', async () => {
    const payloads = [{ error: true, code: 'INVALID_HOOK' }, renamed('tbl1')];
    const { result } = await read({ [`GET ${HOOKS}/ach1/payloads`]: page(payloads) });
    expect(result).toMatchObject({ items: [table('tbl1')], isIncomplete: true });
  });

  it.each([
    [null],
    [7],
    [{}],
    [{ changedTablesById: [], createdTablesById: 'x', destroyedTableIds: {} }],
    [{ changedTablesById: { tbl1: null }, createdTablesById: null, destroyedTableIds: [null, 7, ''] }],
    [{ changedTablesById: { tbl1: { destroyedRecordIds: 'rec1', changedRecordsById: ['rec1'] } } }],
  ])('is nothing in the payload %j', async (payload) => {
    const { result } = await read({ [`GET ${HOOKS}/ach1/payloads`]: page([payload]) });
    expect(result?.items).toEqual([]);
  });

  it('cannot be read from a response without payloads', async () => {
    await expect(read({ [`GET ${HOOKS}/ach1/payloads`]: { cursor: 2 } })).rejects.toMatchObject({
      reason: 'malformed',
    });
  });
});
