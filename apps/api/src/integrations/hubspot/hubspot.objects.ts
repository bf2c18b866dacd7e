import { UpstreamError, optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import type { ProviderApi } from '../integration.js';

/** Date-versioned since 2026; each version is supported for 18 months. */
export const API_VERSION = '2026-09';

export interface HubSpotObject {
  /** In the API's paths. */
  path: string;
  /** In links of the web app. */
  typeId: string;
  /** Requested in every load. */
  properties: readonly string[];
  /** The property that holds when it was changed last. */
  modified: string;
  /** The properties that hold the ids of its pipeline and of the stage in it. */
  pipeline?: { id: string; stage: string };
  /** Tried in turn: each is a name out of these properties. */
  names: readonly (readonly string[])[];
}

/** CRM objects that every account has, by item type; what is no CRM object (owners) has its own endpoint. */
export const OBJECTS: ReadonlyMap<string, HubSpotObject & { scope: string }> = new Map([
  [
    'contact',
    {
      path: 'contacts',
      typeId: '0-1',
      scope: 'crm.objects.contacts.read',
      properties: [
        ...['firstname', 'lastname', 'email', 'phone', 'company', 'jobtitle', 'lifecyclestage', 'hubspot_owner_id'],
      ],
      modified: 'lastmodifieddate',
      names: [['firstname', 'lastname'], ['email']],
    },
  ],
  [
    'company',
    {
      path: 'companies',
      typeId: '0-2',
      scope: 'crm.objects.companies.read',
      properties: ['name', 'domain', 'industry', 'phone', 'city', 'country', 'numberofemployees', 'hubspot_owner_id'],
      modified: 'hs_lastmodifieddate',
      names: [['name'], ['domain']],
    },
  ],
  [
    'deal',
    {
      path: 'deals',
      typeId: '0-3',
      scope: 'crm.objects.deals.read',
      properties: ['dealname', 'amount', 'dealstage', 'pipeline', 'closedate', 'hubspot_owner_id'],
      modified: 'hs_lastmodifieddate',
      pipeline: { id: 'pipeline', stage: 'dealstage' },
      names: [['dealname']],
    },
  ],
  [
    'ticket',
    {
      path: 'tickets',
      typeId: '0-5',
      scope: 'tickets',
      properties: [
        ...['subject', 'content', 'hs_pipeline', 'hs_pipeline_stage', 'hs_ticket_priority', 'hs_ticket_category'],
        'hubspot_owner_id',
      ],
      modified: 'hs_lastmodifieddate',
      pipeline: { id: 'hs_pipeline', stage: 'hs_pipeline_stage' },
      names: [['subject']],
    },
  ],
]);

/** A custom object, as its schema describes it. */
interface Schema {
  type: string;
  typeId: string;
  /** Shown for a record, the name first. */
  displayed: string[];
}

/** @throws UpstreamError `missing` where the account has no such type */
export async function objectOf(api: ProviderApi, type: string): Promise<HubSpotObject> {
  const known = OBJECTS.get(type);
  if (known !== undefined) return known;
  const schema = (await readSchemas(api)).find((candidate) => candidate.type === type);
  if (schema === undefined) throw new UpstreamError('missing', { note: `There is no custom object "${type}".` });
  const { typeId, displayed } = schema;
  return {
    path: encodeURIComponent(typeId),
    typeId,
    properties: [...displayed, 'hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
    modified: 'hs_lastmodifieddate',
    pipeline: { id: 'hs_pipeline', stage: 'hs_pipeline_stage' },
    names: displayed.map((name) => [name]),
  };
}

/** The custom objects of an account. */
export function readSchemas(api: ProviderApi): Promise<Schema[]> {
  return api.remember('schemas', async () => {
    const { body } = await api.read({ path: `/crm-object-schemas/${API_VERSION}/schemas` });
    const results = readArray(readObject(body, 'list')['results'], 'results');
    return results.map((result) => readSchema(readObject(result, 'schema')));
  });
}

function readSchema(schema: JsonObject): Schema {
  const name = readString(schema['name'], 'name');
  const displayed = [
    schema['primaryDisplayProperty'],
    ...optional.array(schema['secondaryDisplayProperties']),
    ...optional.array(schema['requiredProperties']),
    ...optional.array(schema['searchableProperties']),
  ].filter((property): property is string => typeof property === 'string');
  return {
    // An account may name its own object like one that every account has.
    type: name === 'owner' || OBJECTS.has(name) ? readString(schema['fullyQualifiedName'], 'fullyQualifiedName') : name,
    typeId: readString(schema['objectTypeId'], 'objectTypeId'),
    displayed: [...new Set(displayed)],
  };
}
