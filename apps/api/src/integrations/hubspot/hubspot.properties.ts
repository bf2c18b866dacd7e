import { optional, readArray, readObject, readString } from '@causeway/http-client';
import type { IntegrationItem, ProviderApi } from '../integration.js';
import type { PageRequest } from '../page.js';
import { ASSOCIATIONS } from './hubspot.associations.js';
import { API_VERSION, type HubSpotObject } from './hubspot.objects.js';

/** HubSpot answers longer URLs with 414; at which length is not documented. */
const MAX_QUERY_LENGTH = 12_000;

/** The names of the properties to load: those of every load, and those that the caller wants. */
export async function propertyNames(
  api: ProviderApi,
  { path, properties }: HubSpotObject,
  wanted: PageRequest['properties'],
): Promise<string[]> {
  const further = wanted === 'all' ? await api.remember(`properties:${path}`, () => readNames(api, path)) : wanted;
  return [...new Set([...properties, ...further])].filter((name) => name !== ASSOCIATIONS);
}

async function readNames(api: ProviderApi, path: string): Promise<string[]> {
  const { body } = await api.read({ path: `/crm/properties/${API_VERSION}/${path}` });
  const results = readArray(readObject(body, 'list')['results'], 'results');
  return results.map((property) => readString(optional.object(property)['name'], 'name'));
}

export function fitsInQuery(names: readonly string[]): boolean {
  return encodeURIComponent(names.join(',')).length <= MAX_QUERY_LENGTH;
}

/** For more properties than the URL of a list can name. */
export async function addProperties(
  api: ProviderApi,
  { path }: HubSpotObject,
  names: readonly string[],
  archived: boolean,
  items: readonly IntegrationItem[],
): Promise<void> {
  if (items.length === 0) return;
  const { body } = await api.read({
    method: 'POST',
    path: `/crm/objects/${API_VERSION}/${path}/batch/read`,
    query: { archived: archived ? 'true' : undefined },
    json: { inputs: items.map(({ id }) => ({ id })), properties: names, propertiesWithHistory: [] },
  });
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const entry of readArray(readObject(body, 'response')['results'], 'results')) {
    const record = optional.object(entry);
    const item = byId.get(String(record['id']));
    if (item !== undefined) Object.assign(item.properties, optional.object(record['properties']));
  }
}
