import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';
import type { HubSpotObject } from './hubspot.objects.js';

const joined = (...parts: unknown[]): string | null =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(' ') || null;

/** What the records of one object type have in common. */
export function objectMapper(
  type: string,
  { typeId, names }: HubSpotObject,
  account: Account,
): (record: JsonObject) => IntegrationItem {
  const home = account.url === null ? null : new URL(account.url).origin;
  const records = home === null ? null : `${home}/contacts/${encodeURIComponent(account.id)}/record/${typeId}/`;
  return (record) => {
    const id = readString(record['id'], 'id');
    const properties = optional.object(record['properties']);
    const isArchived = record['archived'] === true;
    return IntegrationItem.of({
      id,
      type,
      name: nameOf(names, properties),
      creationTime: optional.time(record['createdAt']),
      // To archive a record is a change.
      lastModifiedTime: (isArchived ? optional.time(record['archivedAt']) : null) ?? optional.time(record['updatedAt']),
      url: optional.string(record['url']) ?? (records === null ? null : records + encodeURIComponent(id)),
      visibility: !isArchived,
      properties,
    });
  };
}

function nameOf(names: HubSpotObject['names'], properties: JsonObject): string | null {
  for (const parts of names) {
    const name = joined(...parts.map((part) => properties[part]));
    if (name !== null) return name;
  }
  return null;
}

export function ownerName({ firstName, lastName, email }: JsonObject): string | null {
  return joined(firstName, lastName) ?? joined(email);
}

export function ownerToItem(owner: JsonObject): IntegrationItem {
  return IntegrationItem.of({
    id: readString(owner['id'], 'id'),
    type: 'owner',
    name: ownerName(owner),
    creationTime: optional.time(owner['createdAt']),
    lastModifiedTime: optional.time(owner['updatedAt']),
    visibility: owner['archived'] !== true,
    properties: {
      email: optional.string(owner['email']),
      userId: owner['userId'] ?? null,
      teams: optional.array(owner['teams']).map((team) => optional.string(optional.object(team)['name'])),
    },
  });
}
