import { type MockResponse, json } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { AuthorizedSession } from '../core/mock-provider.js';
import { iso, WORLD_END } from '../data/timestamps.js';
import { missingScopes } from './errors.js';
import { recordsOf } from './requested-records.js';
import { CUSTOM_TYPES, type ObjectType } from './object-types.js';

const label = (name: string) => name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());

const property = (name: string, hubspotDefined: boolean) => ({
  name,
  label: label(name),
  type: 'string',
  fieldType: 'text',
  description: '',
  groupName: 'information',
  options: [],
  hidden: false,
  hubspotDefined,
});

const propertiesOf = ({ properties, modified, defaults }: ObjectType, further: number) => [
  ...['hs_object_id', 'createdate', modified].map((name) => property(name, true)),
  ...Object.keys(properties).map((name) => property(name, defaults.includes(name))),
  ...Array.from({ length: further }, (_, at) => property(`survey_question_number_${at + 1}`, false)),
];

/** GET /crm/properties/{version}/{type}: without pages, those that were added in the portal too. */
export function listProperties(request: MockRequest, session: AuthorizedSession): MockResponse {
  const { type } = recordsOf(request, session);
  return json(200, { results: propertiesOf(type, session.sizes['customProperties'] ?? 0) });
}

/** GET /crm-object-schemas/{version}/schemas: custom objects only. */
export function listSchemas(_: MockRequest, { account, scopes }: AuthorizedSession): MockResponse {
  if (!scopes.has('crm.objects.custom.read')) throw missingScopes('crm.objects.custom.read', 'crm.schemas.custom.read');
  const results = CUSTOM_TYPES.map((type) => {
    const [name, second] = Object.keys(type.properties);
    return {
      id: type.typeId.slice(2),
      objectTypeId: type.typeId,
      name: type.name,
      fullyQualifiedName: `p${account.id}_${type.name}`,
      labels: { singular: label(type.name.slice(0, -1)), plural: label(type.name) },
      primaryDisplayProperty: name,
      secondaryDisplayProperties: [second],
      requiredProperties: [name],
      searchableProperties: [name],
      properties: propertiesOf(type, 0),
      associations: [],
      allowsSensitiveProperties: false,
      archived: false,
      createdAt: iso(WORLD_END - 1e10),
      updatedAt: iso(WORLD_END - 1e9),
    };
  });
  return json(200, { results });
}
