import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';

export interface HubSpotObject {
  /** In the API's paths. */
  path: string;
  /** In links of the web app. */
  typeId: string;
  properties: readonly string[];
  /** The property that holds when it was changed last. */
  modified: string;
  nameOf(properties: JsonObject): string | null;
}

const joined = (...parts: unknown[]): string | null =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(' ') || null;

/** CRM objects by item type; what is no CRM object (owners) has its own endpoint. */
export const OBJECTS: Record<string, HubSpotObject> = {
  contact: {
    path: 'contacts',
    typeId: '0-1',
    properties: [
      'firstname',
      'lastname',
      'email',
      'phone',
      'company',
      'jobtitle',
      'lifecyclestage',
      'hubspot_owner_id',
    ],
    modified: 'lastmodifieddate',
    nameOf: ({ firstname, lastname, email }) => joined(firstname, lastname) ?? joined(email),
  },
  company: {
    path: 'companies',
    typeId: '0-2',
    properties: ['name', 'domain', 'industry', 'phone', 'city', 'country', 'numberofemployees', 'hubspot_owner_id'],
    modified: 'hs_lastmodifieddate',
    nameOf: ({ name, domain }) => joined(name) ?? joined(domain),
  },
  deal: {
    path: 'deals',
    typeId: '0-3',
    properties: ['dealname', 'amount', 'dealstage', 'pipeline', 'closedate', 'hubspot_owner_id'],
    modified: 'hs_lastmodifieddate',
    nameOf: ({ dealname }) => joined(dealname),
  },
  ticket: {
    path: 'tickets',
    typeId: '0-5',
    properties: [
      'subject',
      'content',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_ticket_priority',
      'hs_ticket_category',
      'hubspot_owner_id',
    ],
    modified: 'hs_lastmodifieddate',
    nameOf: ({ subject }) => joined(subject),
  },
};

export function objectToItem(
  type: string,
  object: HubSpotObject,
  result: JsonObject,
  account: Account,
): IntegrationItem {
  const id = readString(result['id'], 'id');
  const properties = optional.object(result['properties']);
  const home = account.url === null ? null : new URL(account.url).origin;
  return IntegrationItem.of({
    id,
    type,
    name: object.nameOf(properties),
    creationTime: optional.time(result['createdAt']),
    lastModifiedTime: optional.time(result['updatedAt']),
    url:
      optional.string(result['url']) ??
      (home === null
        ? null
        : `${home}/contacts/${encodeURIComponent(account.id)}/record/${object.typeId}/${encodeURIComponent(id)}`),
    visibility: result['archived'] !== true,
    properties,
  });
}

export function ownerToItem(owner: JsonObject): IntegrationItem {
  const { firstName, lastName, email } = owner;
  return IntegrationItem.of({
    id: readString(owner['id'], 'id'),
    type: 'owner',
    name: joined(firstName, lastName) ?? joined(email),
    creationTime: optional.time(owner['createdAt']),
    lastModifiedTime: optional.time(owner['updatedAt']),
    visibility: owner['archived'] !== true,
    properties: {
      email: optional.string(email),
      userId: owner['userId'] ?? null,
      teams: optional.array(owner['teams']).map((team) => optional.string(optional.object(team)['name'])),
    },
  });
}
