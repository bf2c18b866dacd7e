import { UpstreamError, optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import type { IntegrationItem, ProviderApi } from '../integration.js';
import { readPage, type Page } from '../page.js';
import { API_VERSION, type HubSpotObject } from './hubspot.objects.js';

const MAX_PAGE_SIZE = 200;

interface SearchQuery {
  api: ProviderApi;
  object: HubSpotObject;
  changedSince: number;
}

/** Where a search goes on, and what its last page was, by which a record that was left out is noticed. */
interface SearchPosition {
  /** The last page began above this id. */
  from: string | null;
  /** The next page begins above this id, the highest one of the last page. */
  above: string;
  /** How many records the last page had, and how many it said there are from its beginning on. */
  count: number;
  total: number | null;
}

/** A search gives 10,000 results at most: each page is a search of its own for the ids above the last one, which has no such end. */
export async function searchPage(
  query: SearchQuery,
  position: string | null,
  properties: readonly string[],
  limit: number,
  toItem: (result: JsonObject) => IntegrationItem,
): Promise<Page> {
  const last = position === null ? null : (JSON.parse(position) as SearchPosition);
  const from = last?.above ?? null;
  const { results, total } = await search(query, { from, to: null }, properties, Math.min(limit, MAX_PAGE_SIZE));
  const unordered = last === null ? undefined : await leftOut(query, last, total);
  const isLast = results.length === 0 || (total ?? Infinity) <= results.length;
  const page = readPage(results, toItem, () => {
    if (isLast) return null;
    const above = highestId(results, from);
    return JSON.stringify({ from, above, count: results.length, total } satisfies SearchPosition);
  });
  return { ...page, unreadable: page.unreadable ?? unordered };
}

/**
 * Of records in the order of their ids, each page has as many fewer as the page before gave. Where there are still fewer, some were archived
 * meanwhile, or the last page was not in order and some are below its highest id: then more of them are there than it gave.
 */
async function leftOut(
  query: SearchQuery,
  { from, above, count, total: before }: SearchPosition,
  total: number | null,
): Promise<UpstreamError | undefined> {
  if (before === null || total === null || total >= before - count) return undefined;
  const { total: there } = await search(query, { from, to: above }, [], 1);
  if (there === null || there <= count) return undefined;
  return new UpstreamError('malformed', { note: `Its search was not in order and left out ${there - count} records.` });
}

/** Ids above `from`, up to `to`. */
async function search(
  { api, object: { path, modified }, changedSince }: SearchQuery,
  { from, to }: { from: string | null; to: string | null },
  properties: readonly string[],
  limit: number,
): Promise<{ results: unknown[]; total: number | null }> {
  const { body } = await api.read({
    method: 'POST',
    path: `/crm/objects/${API_VERSION}/${path}/search`,
    json: {
      filterGroups: [
        {
          filters: [
            { propertyName: modified, operator: 'GTE', value: String(changedSince) },
            ...(from === null ? [] : [{ propertyName: 'hs_object_id', operator: 'GT', value: from }]),
            ...(to === null ? [] : [{ propertyName: 'hs_object_id', operator: 'LTE', value: to }]),
          ],
        },
      ],
      sorts: ['hs_object_id'],
      properties,
      limit,
      after: '0',
    },
    rateLimit: 'search',
  });
  const list = readObject(body, 'list');
  return { results: readArray(list['results'], 'results'), total: optional.number(list['total']) };
}

/** @throws UpstreamError where the search does not go on from here */
function highestId(results: readonly unknown[], from: string | null): string {
  const ids = results.map((result) => optional.object(result)['id']).filter((id) => id !== undefined && id !== null);
  let highest = from;
  for (const value of ids) {
    const id = readString(value, 'id');
    if (highest === null || isAbove(id, highest)) highest = id;
  }
  if (highest !== null && highest !== from) return highest;
  throw new UpstreamError('malformed', { note: 'Its search gave no record above the last one.' });
}

/** Ids are numbers that may exceed what a JavaScript number holds. */
function isAbove(left: string, right: string): boolean {
  return left.length === right.length ? left > right : left.length > right.length;
}
