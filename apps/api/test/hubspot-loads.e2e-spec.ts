import { createCauseway, type CausewayClient } from '@causeway/client';
import { startMockProviders, type MockProvidersProcess, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { ADMIN_KEY, startProduction, unlimited } from './support/production.js';
import { streamed, type Wish } from './support/streamed.js';
import { someone } from './support/users.js';

const provider = 'hubspot';
const EU = '147893286';
const SCOPES = ['oauth', 'crm.objects.contacts.read'];

let running: MockProvidersProcess;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  running = await startMockProviders();
  service = await startProduction(await unlimited(running.mockProviders));
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
});
afterAll(() => Promise.all([service?.stop(), running?.stop()]));

/** A new connection: what was read of an account is remembered for a minute. */
async function connection(sizes: Record<string, number> = {}, scopes?: string[]) {
  const usual = { customProperties: 0, misorderedSearch: 0, associationsPerRecord: 1 };
  await running.mockProviders.resize({ provider, account: EU, sizes: { ...usual, ...sizes } });
  const { id } = await connect(causeway, provider, someone(), { account: EU, ...(scopes && { scopes }) });
  return (wish: Wish) => streamed(`${service.url}/connections/${id}/items`, wish);
}

test('labels pipelines, stages and owners, in changes as in all records', async () => {
  const load = await connection();
  const { items, end } = await load({ types: 'deal,ticket' });
  expect(end).toMatchObject({ complete: true, exhaustive: { deal: true, ticket: true } });
  const [deal] = items.filter(({ properties }) => properties['dealstage'] === 'closedwon');
  expect(deal?.properties).toMatchObject({ pipelineLabel: 'Sales pipeline', dealstageLabel: 'Closed won' });
  const [ticket] = items.filter(({ properties }) => properties['hs_pipeline_stage'] === '1');
  expect(ticket?.properties).toMatchObject({ hs_pipelineLabel: 'Support', hs_pipeline_stageLabel: 'New' });
  const owned = items.filter(({ properties }) => properties['hubspot_owner_id'] !== null);
  expect(owned.every(({ properties }) => typeof properties['ownerName'] === 'string')).toBe(true);
  const changed = await load({ types: 'deal,ticket', updatedSince: '2000-01-01' });
  expect(changed.end).toMatchObject({ complete: true, changes: { deal: 'provider' } });
  const byId = (of: typeof items) => new Map(of.map((item) => [item.id, item]));
  expect(byId(changed.items)).toEqual(byId(items));
});

test.each([
  ['by name', 'favorite_kite', 0],
  ['all of them', 'all', 0],
  ['all of more than a URL can name', 'all', 700],
])('gives the properties of the account, %s', async (_name, properties, customProperties) => {
  const load = await connection({ customProperties });
  const { items, end } = await load({ types: 'contact', properties });
  expect(end).toMatchObject({ complete: true, items: 250 });
  expect(items.some((item) => item.properties['favorite_kite'] === 'Rokkaku')).toBe(true);
  expect(
    items.every((item) => (item.properties['survey_question_number_700'] === 'yes') === customProperties > 0),
  ).toBe(true);
});

test('gives associated ids, and says where HubSpot has more of them', async () => {
  const load = await connection({ associationsPerRecord: 130, companies: 200 });
  const wish = { types: 'deal', properties: 'associations' };
  const { items } = await load(wish);
  const associated = { company: { values: { length: 100 }, hasMore: true }, deal: [] };
  expect(items[0]?.properties).toMatchObject({ associations: associated });
  const changed = await load({ ...wish, updatedSince: '2000-01-01' });
  const ofFirst = changed.items.find(({ id }) => id === items[0]?.id);
  expect(ofFirst?.properties['associations']).toEqual(items[0]?.properties['associations']);
});

test('gives archived records and owners on request, as invisible', async () => {
  const load = await connection();
  const { items, end } = await load({ types: 'contact,owner', archived: 'true' });
  expect(end).toMatchObject({ complete: true, byType: { contact: 255, owner: 6 } });
  expect(items.filter(({ visibility }) => !visibility)).toHaveLength(6);
  expect((await load({ types: 'contact,owner' })).end).toMatchObject({ byType: { contact: 250, owner: 5 } });
});

test('loads custom objects by their names, where the account grants them', async () => {
  const load = await connection({}, [...SCOPES, 'crm.objects.custom.read']);
  const { items, end } = await load({ types: 'boats' });
  expect(end).toMatchObject({ complete: true, byType: { boats: 18 } });
  expect(items[0]).toMatchObject({ type: 'boats', name: items[0]?.properties['boat_name'] });
  expect(items[0]?.properties).toMatchObject({ hs_pipelineLabel: 'Voyages' });
  const without = await connection({}, SCOPES);
  await expect(without({ types: 'boats' })).rejects.toThrow(/400.*has to be out of contact, company/);
});

test('says that records are missing where a search was out of order', async () => {
  const load = await connection({ misorderedSearch: 1, contacts: 450 });
  const { items, end } = await load({ types: 'contact', updatedSince: '2000-01-01' });
  expect(items.length).toBeLessThan(450);
  expect(end).toMatchObject({
    complete: false,
    incomplete: [{ type: 'contact', problem: { detail: expect.stringContaining('left out 2 records') } }],
  });
});
