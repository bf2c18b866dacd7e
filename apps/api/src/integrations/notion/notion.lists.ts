import { UpstreamError, optional, readArray, readObject, readString } from '@causeway/http-client';
import type { ProviderApi } from '../integration.js';

const MAX_PAGE_SIZE = 100;

/** A page of a search or query. */
export interface Listing {
  entries: unknown[];
  /** `null`: this was the last page. @throws UpstreamError `malformed` */
  readNext: () => string | null;
  /** Why the whole list, not only this page, has less than there is. Notion may say so on any page. */
  incompleteness: string | null;
}

export interface ListRequest {
  cursor: string | null;
  limit: number;
}

export async function search(
  api: ProviderApi,
  object: 'page' | 'data_source',
  direction: 'ascending' | 'descending',
  { cursor, limit, inTrash = false }: ListRequest & { inTrash?: boolean },
): Promise<Listing> {
  const { body } = await api.read({
    method: 'POST',
    path: '/v1/search',
    json: {
      filter: { property: 'object', value: object, ...(inTrash && { in_trash: true }) },
      sort: { timestamp: 'last_edited_time', direction },
      page_size: Math.min(limit, MAX_PAGE_SIZE),
      start_cursor: cursor ?? undefined,
    },
  });
  return readListing(body);
}

/** What a data source holds, oldest first: its rows, and in a wiki data sources. `from`, `changedSince`: ISO 8601. */
export async function query(
  api: ProviderApi,
  dataSourceId: string,
  object: 'page' | 'data_source',
  { cursor, limit, from, changedSince }: ListRequest & { from: string | null; changedSince: string | null },
): Promise<Listing> {
  const bounds = [
    ...(from === null ? [] : [{ timestamp: 'created_time', created_time: { on_or_after: from } }]),
    ...(changedSince === null
      ? []
      : [{ timestamp: 'last_edited_time', last_edited_time: { on_or_after: changedSince } }]),
  ];
  const { body } = await api.read({
    method: 'POST',
    path: `/v1/data_sources/${encodeURIComponent(dataSourceId)}/query`,
    json: {
      filter: bounds.length === 0 ? undefined : { and: bounds },
      sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
      result_type: object,
      page_size: Math.min(limit, MAX_PAGE_SIZE),
      start_cursor: cursor ?? undefined,
    },
  });
  return readListing(body);
}

export function incomplete(reason: string): UpstreamError {
  return new UpstreamError('rejected', { note: `It gives no more of this list (${reason}).` });
}

function readListing(body: unknown): Listing {
  const list = readObject(body, 'list');
  const status = optional.object(list['request_status']);
  return {
    entries: readArray(list['results'], 'results'),
    readNext: () => (list['has_more'] === true ? readString(list['next_cursor'], 'next_cursor') : null),
    incompleteness:
      status['type'] === 'incomplete' ? (optional.string(status['incomplete_reason']) ?? 'incomplete') : null,
  };
}
