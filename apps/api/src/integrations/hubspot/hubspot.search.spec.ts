import { allPages } from '../integration.contract.js';
import { HubSpotIntegration } from './hubspot.integration.js';

const hubspot = new HubSpotIntegration();
const SEARCHED = 'POST /crm/objects/2026-09/deals/search';

describe('a search of hubspot', () => {
  const changedSince = Date.UTC(2026, 5, 1);
  const found = (total: number | undefined, ...ids: string[]) => ({ total, results: ids.map((id) => ({ id })) });
  const body = (limit: number, properties: string[], ...filters: object[]) =>
    JSON.stringify({
      filterGroups: [
        {
          filters: [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(changedSince) }, ...filters],
        },
      ],
      sorts: ['hs_object_id'],
      properties,
      limit,
      after: '0',
    });
  const DEAL = ['dealname', 'amount', 'dealstage', 'pipeline', 'closedate', 'hubspot_owner_id'];
  const above = (value: string) => ({ propertyName: 'hs_object_id', operator: 'GT', value });
  const upTo = (value: string) => ({ propertyName: 'hs_object_id', operator: 'LTE', value });
  const search = (...responses: [request: string, response: object][]) =>
    allPages(
      hubspot,
      { type: 'deal', changedSince, limit: 3 },
      { [SEARCHED]: (request: unknown) => new Map(responses).get(JSON.stringify(request)) },
    );

  it('sends what the specification requires, and goes on above the last id', async () => {
    const { items, missing, seen } = await search(
      [body(3, DEAL), found(5, '9', '10', '11')],
      [body(3, DEAL, above('11')), found(2, '12', '13')],
    );
    expect(items.map(({ id }) => id)).toEqual(['9', '10', '11', '12', '13']);
    expect(missing).toEqual([]);
    expect(seen).toEqual([`${SEARCHED} ${body(3, DEAL)}`, `${SEARCHED} ${body(3, DEAL, above('11'))}`]);
  });

  it('says that records are missing where pages were out of order', async () => {
    const { items, missing } = await search(
      [body(3, DEAL), found(6, '1', '2', '5')],
      [body(3, DEAL, above('5')), found(1, '6')],
      [body(1, [], upTo('5')), found(5, '1')],
    );
    expect(items.map(({ id }) => id)).toEqual(['1', '2', '5', '6']);
    expect(missing).toMatchObject([{ reason: 'malformed', context: { note: expect.stringContaining('left out 2') } }]);
  });

  it('says so too where the last page comes out empty', async () => {
    const { missing } = await search(
      [body(3, DEAL), found(5, '1', '2', '5')],
      [body(3, DEAL, above('5')), found(0)],
      [body(1, [], upTo('5')), found(5, '1')],
    );
    expect(missing).toMatchObject([{ reason: 'malformed' }]);
  });

  it('misses nothing where records were archived meanwhile', async () => {
    const { items, missing } = await search(
      [body(3, DEAL), found(6, '1', '2', '3')],
      [body(3, DEAL, above('3')), found(2, '4', '6')],
      [body(1, [], upTo('3')), found(3, '1')],
    );
    expect(items.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '6']);
    expect(missing).toEqual([]);
  });

  it('goes on from the highest id, also of a page that is not sorted and has a bad entry', async () => {
    const { items, missing } = await search(
      [body(3, DEAL), { total: 4, results: [{ id: '10' }, { id: '9' }, { id: null }] }],
      [body(3, DEAL, above('10')), found(1, '11')],
    );
    expect(items.map(({ id }) => id)).toEqual(['10', '9', '11']);
    expect(missing).toMatchObject([{ reason: 'malformed' }]);
  });

  it('ends where a page leads nowhere', async () => {
    const { items, missing } = await search(
      [body(3, DEAL), found(undefined, '1', '2', '3')],
      [body(3, DEAL, above('3')), found(undefined, '1', '2', '3')],
    );
    expect(items).toHaveLength(6);
    expect(missing).toMatchObject([{ reason: 'malformed' }]);
  });
});
