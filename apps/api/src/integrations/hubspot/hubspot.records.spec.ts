import { allPages, provider } from '../integration.contract.js';
import { HubSpotIntegration } from './hubspot.integration.js';

const hubspot = new HubSpotIntegration();
const LISTED = 'GET /crm/objects/2026-09/deals';
const SEARCHED = 'POST /crm/objects/2026-09/deals/search';

describe('labels of hubspot', () => {
  const deal = { id: '1', properties: { dealname: 'A', dealstage: 's1', pipeline: 'p1', hubspot_owner_id: '7' } };
  const LABELS = {
    'GET /crm/pipelines/2026-09/deals': {
      results: [
        { id: 'p0', label: 'Renewals', stages: [{ id: 's1', label: 'Renewed' }] },
        { id: 'p1', label: 'Sales', stages: [null, { id: 's1', label: 'Won' }] },
      ],
    },
    'GET /crm/owners/2026-09?limit=500': { results: [{ id: '8', firstName: 'Noor' }, null] },
    'GET /crm/owners/2026-09?limit=500&archived=true': { results: [{ id: 7, firstName: 'Lars', lastName: 'Vance' }] },
  };
  const labelled = { ownerName: 'Lars Vance', pipelineLabel: 'Sales', dealstageLabel: 'Won', dealstage: 's1' };

  it.each([
    ['a list', null, LISTED],
    ['a search', 0, SEARCHED],
  ])('stand beside the ids in %s', async (_name, changedSince, request) => {
    const { items } = await allPages(
      hubspot,
      { type: 'deal', changedSince },
      { ...LABELS, [request]: { results: [deal], total: 1 } },
      {},
    );
    expect(items[0]?.properties).toMatchObject(labelled);
  });

  it('are absent where they cannot be read', async () => {
    const { items, missing } = await allPages(hubspot, { type: 'deal' }, { [LISTED]: { results: [deal] } });
    expect(items[0]?.properties).toEqual(deal.properties);
    expect(missing).toEqual([]);
  });

  it('are not read where no record has such an id', async () => {
    const { seen } = await allPages(hubspot, { type: 'deal' }, { ...LABELS, [LISTED]: { results: [{ id: '1' }] } });
    expect(seen).toHaveLength(1);
  });
});

describe('properties of hubspot that are named', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `a_property_with_a_long_name_${index}`);

  it('are requested beside the default ones', async () => {
    const { seen } = await allPages(
      hubspot,
      { type: 'deal', properties: ['favorite_color'] },
      { [LISTED]: { results: [] } },
    );
    expect(seen).toEqual([
      `${LISTED}?limit=100&properties=dealname,amount,dealstage,pipeline,closedate,hubspot_owner_id,favorite_color`,
    ]);
  });

  it('are all that the object type has', async () => {
    const { seen } = await allPages(
      hubspot,
      { type: 'deal', properties: 'all' },
      {
        'GET /crm/properties/2026-09/deals': { results: [{ name: 'amount' }, { name: 'favorite_color' }] },
        [LISTED]: { results: [] },
      },
    );
    expect(seen.at(-1)).toContain('hubspot_owner_id,favorite_color');
  });

  it('are read in a body where they are too many for a URL', async () => {
    const properties = names(500);
    const { items, seen } = await allPages(
      hubspot,
      { type: 'deal', properties },
      {
        [LISTED]: { results: [{ id: '1', properties: { dealname: 'A' } }, { id: '2' }] },
        'POST /crm/objects/2026-09/deals/batch/read': {
          results: [
            { id: '2', properties: { dealname: 'B' } },
            null,
            { id: '1', properties: { [names(1)[0] ?? '']: 'x' } },
          ],
        },
      },
    );
    expect(Math.max(...seen.map((request) => request.split(' {')[0]?.length ?? 0))).toBeLessThan(12_100);
    expect(JSON.parse(seen[1]?.replace(/^[^{]*/, '') ?? '')).toMatchObject({
      inputs: [{ id: '1' }, { id: '2' }],
      properties: expect.arrayContaining(['dealname', ...properties]),
    });
    expect(items.map((item) => item.properties)).toEqual([
      { dealname: 'A', [names(1)[0] ?? '']: 'x' },
      { dealname: 'B' },
    ]);
  });
});

describe('associations of hubspot', () => {
  const scopes = ['crm.objects.contacts.read', 'crm.objects.companies.read'];
  const next = { next: { after: '5' } };

  it('are ids by item type, and say where HubSpot has more', async () => {
    const { items, seen } = await allPages(
      hubspot,
      { type: 'deal', properties: ['associations'] },
      {
        [LISTED]: {
          results: [
            {
              id: '1',
              associations: {
                companies: { results: [{ id: '31' }, { id: 31 }, null] },
                contacts: { results: [{ id: '71' }], paging: next },
              },
            },
            { id: '2', associations: null },
          ],
        },
      },
      { scopes },
    );
    expect(seen[0]).toMatch(/&associations=contacts,companies$/);
    expect(seen[0]).not.toContain('properties=associations');
    expect(items.map(({ properties }) => properties['associations'])).toEqual([
      { contact: { values: ['71'], hasMore: true }, company: ['31'] },
      { contact: [], company: [] },
    ]);
  });

  it('are read for the records of a search too', async () => {
    const { items } = await allPages(
      hubspot,
      { type: 'deal', properties: ['associations'], changedSince: 0 },
      {
        [SEARCHED]: { total: 2, results: [{ id: '1' }, { id: '2' }] },
        'POST /crm/associations/2026-09/deals/contacts/batch/read': {
          results: [{ from: { id: '1' }, to: [{ toObjectId: 71 }, { toObjectId: '71' }], paging: next }, null],
        },
        'POST /crm/associations/2026-09/deals/companies/batch/read': {
          results: [{ from: { id: '2' }, to: [{ toObjectId: '31' }] }, { from: { id: '9' } }],
        },
      },
      { scopes },
    );
    expect(items.map(({ properties }) => properties['associations'])).toEqual([
      { contact: { values: ['71'], hasMore: true }, company: [] },
      { contact: [], company: ['31'] },
    ]);
  });
});

describe('archived records of hubspot', () => {
  const record = (id: string, more: object = {}) => ({ id, updatedAt: '2026-01-01T00:00:00.000Z', ...more });
  const archived = record('8', { archived: true, archivedAt: '2026-06-01T00:00:00.000Z' });

  it.each([
    ['a list', null, { [`${LISTED}`]: { results: [record('1')] } }],
    ['a search', 0, { [SEARCHED]: { total: 1, results: [record('1')] } }],
  ])('follow %s on request', async (_name, changedSince, first) => {
    const properties = 'properties=dealname,amount,dealstage,pipeline,closedate,hubspot_owner_id&archived=true';
    const answers = {
      ...first,
      [`${LISTED}?limit=100&${properties}`]: { results: [archived], paging: { next: { after: '8' } } },
      [`${LISTED}?limit=100&after=8&${properties}`]: { results: [record('9', { archived: true })] },
    };
    const { items } = await allPages(hubspot, { type: 'deal', changedSince, archived: true }, answers);
    expect(items.map(({ id, visibility, lastModifiedTime }) => [id, visibility, lastModifiedTime])).toEqual([
      ['1', true, '2026-01-01T00:00:00.000Z'],
      ['8', false, '2026-06-01T00:00:00.000Z'],
      ['9', false, '2026-01-01T00:00:00.000Z'],
    ]);
    const { items: live } = await allPages(hubspot, { type: 'deal', changedSince }, answers);
    expect(live.map(({ id }) => id)).toEqual(['1']);
  });

  it('are owners too', async () => {
    const { items } = await allPages(
      hubspot,
      { type: 'owner', archived: true },
      {
        'GET /crm/owners/2026-09?limit=100': { results: [{ id: '1' }] },
        'GET /crm/owners/2026-09?limit=100&archived=true': { results: [{ id: '2', archived: true }] },
      },
    );
    expect(items.map(({ id, visibility }) => [id, visibility])).toEqual([
      ['1', true],
      ['2', false],
    ]);
  });
});

describe('custom objects of hubspot', () => {
  const schemas = {
    'GET /crm-object-schemas/2026-09/schemas': {
      results: [
        {
          name: 'boats',
          fullyQualifiedName: 'p1_boats',
          objectTypeId: '2-55',
          primaryDisplayProperty: 'boat_name',
          secondaryDisplayProperties: ['berth'],
          requiredProperties: ['boat_name'],
        },
        { name: 'owner', fullyQualifiedName: 'p1_owner', objectTypeId: '2-56' },
      ],
    },
  };

  it('are item types of their own, under names that no other type has', async () => {
    const { api, close } = await provider(schemas);
    const account = { id: '1', name: 'A', url: null };
    const types = await hubspot.customItemTypes({ api, account, accountKey: '1', scopes: [] });
    expect(types).toMatchObject([
      { type: 'boats', byDefault: false, namedProperties: true, archived: true },
      { type: 'p1_owner' },
    ]);
    await close();
  });

  it('are loaded with what their schema displays', async () => {
    const { items, seen } = await allPages(
      hubspot,
      { type: 'boats' },
      {
        ...schemas,
        'GET /crm/objects/2026-09/2-55': {
          results: [
            { id: '1', properties: { boat_name: 'Aurora' } },
            { id: '2', properties: { berth: '4' } },
          ],
        },
      },
    );
    expect(seen.at(-1)).toMatch(/limit=100&properties=boat_name,berth,hs_pipeline,hs_pipeline_stage,hubspot_owner_id$/);
    expect(items).toMatchObject([
      { type: 'boats', name: 'Aurora', url: 'https://acme.example/contacts/account-1/record/2-55/1' },
      { type: 'boats', name: '4' },
    ]);
  });

  it('that are gone are named', async () => {
    await expect(allPages(hubspot, { type: 'ships' }, schemas)).rejects.toMatchObject({ reason: 'missing' });
  });
});
