import { definitions } from '../src/integrations/definitions.js';
import type { IntegrationDefinition } from '../src/integrations/integration-definition.js';
import { templateOf } from '../src/activity/path-template.js';

const all: readonly IntegrationDefinition[] = definitions;
const namesIn = (id: string) => all.find((definition) => definition.id === id)?.api.namesInPaths;

test.each([
  ['notion', '/v1/databases/1f2e9a4c-77aa-4d3b-9c0e-2b1d5f6a7b8c/query', '/v1/databases/{id}/query'],
  ['notion', '/v1/search?query=salaries', '/v1/search'],
  ['notion', '/v1/data_sources/ABCDEF/query', '/v1/data_sources/{id}/query'],
  ['airtable', '/v0/meta/bases/appXyz/tables', '/v0/meta/bases/{id}/tables'],
  ['airtable', '/v0/appXyz/salaries/recAbc?view=secret', '/v0/{id}/{name}/{id}'],
  ['airtable', '/v0/appXyz/salaries/listRecords', '/v0/{id}/{name}/listRecords'],
  ['hubspot', '/crm/v3/objects/contacts/ann?idProperty=username', '/crm/v3/objects/contacts/{name}'],
  ['hubspot', '/crm/v3/objects/contacts/ann@example.com', '/crm/v3/objects/contacts/{name}'],
  ['hubspot', '/crm/v3/objects/contacts/search', '/crm/v3/objects/contacts/search'],
  ['hubspot', '/crm/objects/2026-03/p123_cars/batch/read', '/crm/objects/2026-03/{id}/batch/read'],
  ['hubspot', '/account-info/2026-09/details', '/account-info/2026-09/details'],
  ['hubspot', '/crm/v3/properties/contacts/salary', '/crm/v3/properties/contacts/{name}'],
  ['hubspot', '/crm/properties/2026-09/contacts/groups/pay', '/crm/properties/2026-09/contacts/groups/{id}'],
  ['hubspot', '/crm/v3/objects/contacts/contacts', '/crm/v3/objects/contacts/{name}'],
  ['hubspot', '/users/john.smith', '/{id}/{id}'],
  ['hubspot', '/crm/objects/2026-03-15/contacts', '/crm/objects/{id}/contacts'],
  ['notion', '/v1/pages/p1/properties/salary', '/v1/pages/{id}/properties/{id}'],
  ['airtable', '/v0/appXyz/Sales%2Fann', '/v0/{id}/{name}'],
  ['airtable', '/v0/appXyz/Sales%2FlistRecords/recAbc', '/v0/{id}/{name}/{id}'],
  ['slack', '/api/chat.postMessage', '/api/chat.postMessage'],
  ['slack', '/api/users.lookupByEmail', '/api/users.lookupByEmail'],
  ['slack', '/api/conversations.history?channel=C0123&cursor=dXNlcjpV', '/api/conversations.history'],
])('%s: %s is %s', (id, path, template) => {
  expect(templateOf(path, namesIn(id))).toBe(template);
});

test('has nothing that is no word, however it is written', () => {
  const tokens = [
    'ann',
    'john.smith',
    'ntn_1234567890abcdef',
    'EyJhbGciOiJIUzI1NiJ9',
    'a'.repeat(25),
    'ANN',
    'Ann',
    'ann smith',
    'ünal',
    '%61nn',
    '..',
    '42',
    'recAbcDefGhiJkl',
  ];
  for (const token of tokens)
    expect(templateOf(`/v1/${token}/search?y=${token}`, namesIn('notion'))).toBe('/v1/{id}/search');
});

test('has nothing where no words are documented', () => {
  expect(templateOf('/v1/search')).toBe('/{id}/{id}');
});

test('has every path that the definitions show', () => {
  for (const { api, exampleRequests } of all)
    for (const { path } of Object.values(exampleRequests ?? {}))
      expect(templateOf(`/${path}`, api.namesInPaths)).toBe(
        `/${path.replace(/\/\d{6,}/, '/{name}').replace(/\/\d{6,}/, '/{id}')}`,
      );
});

test('of a path of any length is short', () => {
  expect(templateOf('/a'.repeat(5_000)).length).toBeLessThan(400);
});
