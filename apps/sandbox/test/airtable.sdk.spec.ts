import Airtable from 'airtable';
import { bearer, Tester } from './tester.js';

interface Named {
  id: string;
  name: string;
}

describe('airtable.js against the mock provider', () => {
  let sandbox: Tester;
  let base: Airtable.Base;
  let table: Named;
  beforeAll(async () => {
    sandbox = await Tester.start();
    await sandbox.control('PUT', '/limits', { provider: 'airtable', limit: 'off' });
    const { access_token: apiKey } = await sandbox.tokens('airtable');
    const headers = bearer(apiKey);
    const bases = await sandbox.send<{ bases: Named[] }>('GET', '/airtable/v0/meta/bases', { headers });
    const baseId = bases.body.bases[0]?.id ?? '';
    const tables = await sandbox.send<{ tables: Named[] }>('GET', `/airtable/v0/meta/bases/${baseId}/tables`, {
      headers,
    });
    table = tables.body.tables[0] ?? { id: '', name: '' };
    base = new Airtable({ apiKey, endpointUrl: `${sandbox.url}/airtable`, noRetryIfRateLimited: true }).base(baseId);
  });
  afterAll(() => sandbox.close());

  const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);

  it('reads a table page by page', async () => {
    const sizes: number[] = [];
    const seen: string[] = [];
    await base(table.id)
      .select({ pageSize: 100 })
      .eachPage((records, next) => {
        sizes.push(records.length);
        seen.push(...ids(records));
        next();
      });
    expect(sizes).toEqual([100, 100, 100, 20]);
    expect(new Set(seen).size).toBe(320);
  });

  it('returns the same records by name, by POST, and one by id', async () => {
    const byId = await base(table.id).select({ maxRecords: 7 }).all();
    expect(ids(await base(table.name).select({ maxRecords: 7 }).all())).toEqual(ids(byId));
    expect(ids(await base(table.id).select({ maxRecords: 7, method: 'post' }).all())).toEqual(ids(byId));
    const [first] = byId;
    expect((await base(table.id).find(first?.id ?? '')).fields).toEqual(first?.fields);
  });

  it('selects fields, sorts and filters', async () => {
    const sorted = await base(table.id)
      .select({ fields: ['Amount'], sort: [{ field: 'Amount', direction: 'desc' }] })
      .all();
    const amounts = sorted.map((record) => record.get('Amount')).filter((amount) => typeof amount === 'number');
    expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
    expect(Object.keys(sorted[0]?.fields ?? {})).toEqual(['Amount']);
    const filterByFormula = "IS_AFTER(LAST_MODIFIED_TIME(), '2026-01-01T00:00:00.000Z')";
    const recent = await base(table.id).select({ filterByFormula }).all();
    const others = await base(table.id)
      .select({ filterByFormula: `NOT(${filterByFormula})` })
      .all();
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.length + others.length).toBe(320);
  });

  it('throws its own errors', async () => {
    await expect(base('tblNothingHere0000').select().firstPage()).rejects.toMatchObject({
      error: 'NOT_AUTHORIZED',
      statusCode: 403,
    });
    await expect(base(table.id).find('recNothingHere0000')).rejects.toMatchObject({ error: 'NOT_FOUND' });
    await expect(
      base(table.id)
        .select({ fields: ['Nope'] })
        .firstPage(),
    ).rejects.toMatchObject({ error: 'UNKNOWN_FIELD_NAME' });
    await expect(base(table.id).select({ filterByFormula: 'NONSENSE(' }).firstPage()).rejects.toMatchObject({
      error: 'INVALID_FILTER_BY_FORMULA',
    });
    await sandbox.control('POST', '/faults', { provider: 'airtable', kind: 'rate-limit', times: 1 });
    await expect(base(table.id).select().firstPage()).rejects.toMatchObject({ error: 'TOO_MANY_REQUESTS' });
  });
});
