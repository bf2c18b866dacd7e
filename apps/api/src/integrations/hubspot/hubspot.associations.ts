import { optional, readArray, readObject, type JsonObject } from '@causeway/http-client';
import type { IntegrationItem, ProviderApi } from '../integration.js';
import { API_VERSION, OBJECTS, type HubSpotObject } from './hubspot.objects.js';

/** The name by which a load asks for the ids of associated records. HubSpot has no property of this name. */
export const ASSOCIATIONS = 'associations';

interface AssociatedType {
  type: string;
  path: string;
}

/** Ids of associated records; not a plain list where HubSpot has more of them. */
type Ids = string[] | { values: string[]; hasMore: true };

/** HubSpot refuses a whole request for one type that the grant does not cover. */
export function associatedTypes(scopes: readonly string[]): AssociatedType[] {
  return [...OBJECTS].flatMap(([type, { path, scope }]) => (scopes.includes(scope) ? [{ type, path }] : []));
}

/** From the record of a list that was read with its associations. */
export function associationsOf(record: JsonObject, types: readonly AssociatedType[]): Record<string, Ids> {
  const given = optional.object(record['associations']);
  return Object.fromEntries(
    types.map(({ type, path }): [string, Ids] => {
      const { results, paging } = optional.object(given[path]);
      return [type, idsOf(optional.array(results), 'id', paging)];
    }),
  );
}

/** For records that a search found, which come without their associations. */
export async function addAssociations(
  api: ProviderApi,
  { path: from }: HubSpotObject,
  types: readonly AssociatedType[],
  items: readonly IntegrationItem[],
): Promise<void> {
  if (items.length === 0) return;
  for (const { properties } of items) {
    properties[ASSOCIATIONS] = Object.fromEntries(types.map(({ type }): [string, Ids] => [type, []]));
  }
  const associations = new Map(items.map(({ id, properties }) => [id, optional.object(properties[ASSOCIATIONS])]));
  for (const { type, path } of types) {
    const { body } = await api.read({
      method: 'POST',
      path: `/crm/associations/${API_VERSION}/${from}/${path}/batch/read`,
      json: { inputs: items.map(({ id }) => ({ id })) },
    });
    for (const entry of readArray(readObject(body, 'response')['results'], 'results')) {
      const { from: record, to, paging } = optional.object(entry);
      const found = associations.get(String(optional.object(record)['id']));
      if (found !== undefined) found[type] = idsOf(optional.array(to), 'toObjectId', paging);
    }
  }
}

/** A record is given once for each kind of association that it has. */
function idsOf(entries: readonly unknown[], member: string, paging: unknown): Ids {
  const ids = entries.map((entry) => optional.object(entry)[member]);
  const known = ids.filter((id): id is string | number => typeof id === 'string' || typeof id === 'number');
  const values = [...new Set(known.map(String))];
  return optional.string(optional.object(optional.object(paging)['next'])['after']) === null
    ? values
    : { values, hasMore: true };
}
