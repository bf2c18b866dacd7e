import { describeConformance, unsupported } from './conformance.js';
import type { ListModel } from './provider-model.js';
import { HubSpotIntegration } from '../../src/integrations/hubspot/hubspot.integration.js';

const hubspot = new HubSpotIntegration();
const times = { createdAt: '2026-05-02T08:00:00.000Z', updatedAt: '2026-05-03T09:30:00.000Z' };

const list = (type: string, path: string, entry: ListModel['entry']): ListModel => ({
  type,
  cursorOf: ({ path: requested, query = {} }) =>
    requested.endsWith(`/${path}`) && query['archived'] !== 'true'
      ? ((query['after'] ?? null) as string | null)
      : undefined,
  entry,
  body: ({ entries, next }) => ({
    results: entries,
    ...(next === null ? {} : { paging: { next: { after: next, link: 'https://api.hubapi.com/next' } } }),
  }),
});

const object = (type: string, path: string, properties: Record<string, string | null>) =>
  list(type, `objects/2026-09/${path}`, (id) => ({ id, ...times, archived: false, properties }));

describeConformance(hubspot, [
  {
    account: { account: { id: '4711', name: 'harbour.example', url: 'https://app.hubspot.com/home?portalId=4711' } },
    forbidden: { status: 403, body: { status: 'error', category: 'MISSING_SCOPES', message: 'No.' } },
    lists: [
      object('contact', 'contacts', {
        firstname: 'Ada',
        lastname: 'Lovelace',
        email: 'ada@example.com',
        company: null,
      }),
      object('company', 'companies', { name: 'Harbour Works', domain: 'harbour.example', industry: null }),
      object('deal', 'deals', { dealname: 'Crane', amount: '1200', dealstage: 'won', pipeline: 'default' }),
      object('ticket', 'tickets', { subject: 'Lamp', content: 'It is out', hs_pipeline: '0', hs_pipeline_stage: '1' }),
      list('owner', 'owners/2026-09', (id) => ({
        id,
        ...times,
        email: 'kim@example.com',
        firstName: 'Kim',
        lastName: 'Field',
        userId: 9,
        archived: false,
        teams: [{ id: '1', name: 'North', primary: true }],
      })),
    ],
  },
]);

test('what HubSpot does not do', () => {
  expect(unsupported(hubspot.definition)).toEqual([
    'changes: owner',
    'parent: contact, company, deal, ticket, owner',
    'named properties: owner',
  ]);
});
