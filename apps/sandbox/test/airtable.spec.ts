import { bearer, type Reply, Tester } from './tester.js';

interface Records {
  records: { id: string; createdTime: string; fields: Record<string, unknown> }[];
  offset?: string;
}
interface Bases {
  bases: { id: string; name: string; permissionLevel: string }[];
  offset?: string;
}
interface Tables {
  tables: {
    id: string;
    name: string;
    primaryFieldId: string;
    fields: { id: string; name: string; type: string; options?: object }[];
  }[];
}

describe('Airtable data', () => {
  let sandbox: Tester;
  let token: string;
  let base: string;
  let table: Tables['tables'][number];
  beforeAll(async () => {
    // A clock that stands still: five requests are within one second however slow the machine is.
    sandbox = await Tester.start({ clock: () => Date.UTC(2026, 10, 20) });
  });
  afterAll(() => sandbox.close());

  const ask = <T = Record<string, unknown>>(path: string, json?: object): Promise<Reply<T>> =>
    sandbox.send<T>(json ? 'POST' : 'GET', `/airtable/v0${path}`, {
      ...(json ? { json } : {}),
      headers: bearer(token),
    });

  beforeEach(async () => {
    await sandbox.reset();
    await sandbox.control('PUT', '/limits', { provider: 'airtable', limit: 'off' });
    token = (await sandbox.tokens('airtable')).access_token;
    base = (await ask<Bases>('/meta/bases')).body.bases[0]?.id ?? '';
    const { tables } = (await ask<Tables>(`/meta/bases/${base}/tables`)).body;
    table = tables[0] ?? { id: '', name: '', primaryFieldId: '', fields: [] };
  });

  it('lists 1000 bases a page, without an offset on the last page', async () => {
    const few = await ask<Bases>('/meta/bases');
    expect(few.body.bases).toHaveLength(3);
    expect(few.body).not.toHaveProperty('offset');
    await sandbox.control('PUT', '/sizes', { provider: 'airtable', sizes: { bases: 1500 } });
    const first = await ask<Bases>('/meta/bases');
    expect(first.body.bases).toHaveLength(1000);
    const second = await ask<Bases>(`/meta/bases?offset=${encodeURIComponent(first.body.offset ?? '')}`);
    expect(second.body.bases).toHaveLength(500);
  });

  it('returns two to four tables a base, each with a primary field', async () => {
    const { bases } = (await ask<Bases>('/meta/bases')).body;
    const counts = await Promise.all(
      bases.map(async ({ id }) => (await ask<Tables>(`/meta/bases/${id}/tables`)).body.tables.length),
    );
    expect(counts).toEqual([2, 3, 4]);
    expect(table.fields.map(({ id }) => id)).toContain(table.primaryFieldId);
  });

  it('lists copies of a base, with the table and record ids of the original, and bases that cannot be read', async () => {
    await sandbox.control('PUT', '/sizes', {
      provider: 'airtable',
      sizes: { bases: 1, baseCopies: 1, deniedBases: 2 },
    });
    const { bases } = (await ask<Bases>('/meta/bases')).body;
    const [original, copy, ...denied] = bases;
    expect(copy?.name).toBe(`${original?.name} copy`);
    const contents = await Promise.all(
      [original, copy].map(async (one) => {
        const { tables } = (await ask<Tables>(`/meta/bases/${one?.id}/tables`)).body;
        return [tables, (await ask<Records>(`/${one?.id}/${tables[0]?.id}?pageSize=3`)).body.records];
      }),
    );
    expect(contents[1]).toEqual(contents[0]);
    expect(denied.map(({ permissionLevel }) => permissionLevel).sort()).toEqual(['interfaceOnly', 'none']);
    for (const { id } of denied) expect((await ask(`/meta/bases/${id}/tables`)).status).toBe(403);
  });

  it('has a table with a field of every type, with links to records of the first table', async () => {
    const second = (await ask<Tables>(`/meta/bases/${base}/tables`)).body.tables[1];
    expect(new Set(second?.fields.map(({ type }) => type)).size).toBe(33);
    const [linkField] = second?.fields.filter(({ type }) => type === 'multipleRecordLinks') ?? [];
    expect(linkField?.options).toMatchObject({ linkedTableId: table.id });
    const { records } = (await ask<Records>(`/${base}/${second?.id}`)).body;
    const links = records.flatMap(({ fields }) => (fields['Related'] as string[] | undefined) ?? []);
    expect((await ask(`/${base}/${table.id}/${links[0]}`)).status).toBe(200);
    const cells = records.flatMap(({ fields }) => Object.entries(fields).map(([name, value]) => ({ [name]: value })));
    expect(cells).toContainEqual({ Label: { error: '#ERROR!' } });
    expect(cells).toContainEqual({ Ratio: { specialValue: 'NaN' } });
  });

  it('has tables whose primary field is of another type, on request', async () => {
    await sandbox.control('PUT', '/sizes', {
      provider: 'airtable',
      sizes: { tablesPerBase: 1, primaryFieldTables: 99 },
    });
    const [, ...others] = (await ask<Tables>(`/meta/bases/${base}/tables`)).body.tables;
    const types = others.map(({ primaryFieldId, fields }) => fields.find(({ id }) => id === primaryFieldId)?.type);
    expect(types).toEqual([...new Set(types)]);
    expect(types.slice(0, 2)).toEqual(['barcode', 'number']);
  });

  it('has records as large as wanted', async () => {
    await sandbox.control('PUT', '/sizes', { provider: 'airtable', sizes: { recordKilobytes: 400 } });
    expect((await ask<Records>(`/${base}/${table.id}?pageSize=2`)).text.length).toBeGreaterThan(2 * 400 * 1024);
  });

  it('finds a record that was never edited by the time when it was made only', async () => {
    const { records } = (await ask<Records>(`/${base}/${table.id}`)).body;
    const find = async (formula: string) =>
      (await ask<Records>(`/${base}/${table.id}?filterByFormula=${encodeURIComponent(formula)}`)).body.records.map(
        ({ id }) => id,
      );
    const unedited = records[3]?.id;
    expect(await find("IS_AFTER(LAST_MODIFIED_TIME(), '2000-01-01')")).not.toContain(unedited);
    expect(
      await find("OR(IS_AFTER(CREATED_TIME(),'2000-01-01'),IS_AFTER(LAST_MODIFIED_TIME(),'2000-01-01'))"),
    ).toContain(unedited);
  });

  it('leaves out empty cells and unchecked checkboxes', async () => {
    const { records } = (await ask<Records>(`/${base}/${table.id}`)).body;
    expect(records).toHaveLength(100);
    expect(records.some(({ fields }) => !('Name' in fields))).toBe(true);
    expect(records.every(({ fields }) => fields['Done'] === true || !('Done' in fields))).toBe(true);
    expect(records[0]?.createdTime).toMatch(/:\d\d\.000Z$/);
  });

  it('returns an offset that ends with the last record of its page', async () => {
    const { records, offset } = (await ask<Records>(`/${base}/${table.id}?pageSize=3`)).body;
    expect(offset).toMatch(/^itr\w{14}\/rec\w{14}$/);
    expect(offset?.split('/')[1]).toBe(records[2]?.id);
  });

  it('refuses an expired offset and an offset of another table', async () => {
    const { offset = '' } = (await ask<Records>(`/${base}/${table.id}?pageSize=3`)).body;
    const at = (path: string) => ask(`${path}?pageSize=3&offset=${encodeURIComponent(offset)}`);
    const gone = { status: 422, body: { error: { type: 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE' } } };
    expect((await at(`/${base}/${table.id}`)).status).toBe(200);
    expect(await at(`/${base}/${encodeURIComponent(table.name)}`)).toMatchObject(gone);
    await sandbox.control('POST', '/clock', { advanceSeconds: 301 });
    expect(await at(`/${base}/${table.id}`)).toMatchObject(gone);
  });

  it('accepts field ids, field names and listRecords by POST', async () => {
    const [name, email] = table.fields;
    const byName = await ask<Records>(`/${base}/${table.id}?pageSize=2&fields%5B%5D=Name&fields%5B%5D=Email`);
    const byId = await ask<Records>(`/${base}/${table.id}/listRecords`, {
      pageSize: 2,
      fields: [name?.id, email?.id],
      returnFieldsByFieldId: true,
    });
    expect(byId.body.records[0]?.fields[name?.id ?? '']).toBe(byName.body.records[0]?.fields['Name']);
  });

  it('returns errors in each documented shape', async () => {
    token = 'oaaWrong';
    expect(await ask('/meta/bases')).toMatchObject({
      status: 401,
      body: { error: { type: 'AUTHENTICATION_REQUIRED' } },
    });
    token = (await sandbox.tokens('airtable', { scopes: ['schema.bases:read'] })).access_token;
    const forbidden = { status: 403, body: { error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' } } };
    expect(await ask(`/${base}/${table.id}`)).toMatchObject(forbidden);
    expect(await ask('/meta/bases/appNothingHere000/tables')).toMatchObject(forbidden);
    token = (await sandbox.tokens('airtable')).access_token;
    expect(await ask(`/${base}/${table.id}/recNothingHere000`)).toMatchObject({
      status: 404,
      body: { error: 'NOT_FOUND' },
    });
    expect(await ask(`/${base}/${table.id}?pageSize=101`)).toMatchObject({
      status: 422,
      body: { error: { type: 'INVALID_REQUEST_UNKNOWN' } },
    });
    expect(await ask(`/${base}/${table.id}?view=Nope`)).toMatchObject({
      status: 422,
      body: { error: { type: 'VIEW_NAME_NOT_FOUND' } },
    });
  });

  it('blocks a base for thirty seconds after the sixth request in a second, without Retry-After', async () => {
    await sandbox.control('PUT', '/limits', {
      provider: 'airtable',
      limit: { requests: 5, seconds: 1, penaltySeconds: 30 },
    });
    const statuses: number[] = [];
    let refused: Reply<unknown> | undefined;
    for (let at = 0; at < 6; at++) {
      refused = await ask(`/${base}/${table.id}?maxRecords=1`);
      statuses.push(refused.status);
    }
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ error: 'RATE_LIMIT_REACHED' }] } });
    expect(refused?.headers.get('retry-after')).toBeNull();
    await sandbox.control('POST', '/clock', { advanceSeconds: 20 });
    expect((await ask(`/${base}/${table.id}`)).status).toBe(429);
    await sandbox.control('POST', '/clock', { advanceSeconds: 11 });
    expect((await ask(`/${base}/${table.id}`)).status).toBe(200);
  });

  it('returns a different 429 for the monthly limit', async () => {
    await sandbox.control('POST', '/faults', { provider: 'airtable', kind: 'rate-limit', reason: 'billing', times: 1 });
    expect(await ask(`/${base}/${table.id}`)).toMatchObject({
      status: 429,
      body: { errors: [{ error: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED' }] },
    });
  });

  it('returns the email address only with its scope', async () => {
    expect((await ask('/meta/whoami')).body).toHaveProperty('email');
    token = (await sandbox.tokens('airtable', { scopes: ['data.records:read'] })).access_token;
    expect((await ask('/meta/whoami')).body).not.toHaveProperty('email');
  });
});
