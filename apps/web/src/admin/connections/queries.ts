import { useEffect, useRef } from 'react';
import { useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { unwrap, type Connection } from '@causeway/client';
import { useCauseway, useConnectionEvents, type ConnectionEventsStatus } from '@causeway/react';
import { connectionsKey } from '../../api/queries.js';
import { lists, usePaged, type Page } from '../lists.js';

/** Of the lists of all organizations; the list of one user has a key under `connectionsKey` too. */
export const LISTS = [...connectionsKey, 'all organizations'];
export const COUNTS = [...connectionsKey, 'counts'];
export const connectionKey = (id: string) => ['connection', id];

/** Events come in bursts: a list of thousands is updated once for all of them. */
const BATCH_MS = 200;
/** Of any number of events, the counts are requested at most this often. */
const COUNTS_MS = 2_000;

/** What the service filters by. */
type ConnectionFilter = Partial<Record<'search' | 'integration' | 'status', string>>;

/**
 * The connections that the caller may see, newest first; `useLiveUpdates` keeps them up to date.
 * @param wanted how many are loaded, if there are so many
 */
export const useConnections = (filter: ConnectionFilter, wanted: number) =>
  // While the service searches, the table shows what is found among the connections that are there.
  usePaged({ queryKey: LISTS, list: lists.connections, filter, pageSize: 200, wanted, keepsPrevious: true });

/** How many connections the caller may see, by integration and status; `undefined`: not known yet. */
export function useConnectionCounts() {
  const client = useCauseway();
  const counts = useQuery({
    queryKey: COUNTS,
    queryFn: async ({ signal }) => (await unwrap(client.GET('/connections/counts', { signal }))).counts,
    refetchOnWindowFocus: false,
  }).data;
  return (filter: ConnectionFilter): number | undefined =>
    counts?.filter((counted) => hasValues(counted, filter)).reduce((sum, { count }) => sum + count, 0);
}

/** @param listed the connection as the list has it */
export function useConnection(id: string, listed: Connection | undefined) {
  const client = useCauseway();
  return useQuery({
    queryKey: connectionKey(id),
    queryFn: ({ signal }) => unwrap(client.GET('/connections/{id}', { params: { path: { id } }, signal })),
    ...(listed && { placeholderData: listed }),
  });
}

/** Whether every word of `search` occurs in it, as the service searches. */
export function isFound({ id, orgId, userId, account }: Connection, search = ''): boolean {
  const normalized = (text: string) => text.normalize('NFC').toLowerCase();
  const text = normalized([orgId, userId, account.name, account.id, id].join('\n'));
  return normalized(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const hasValues = (one: Pick<Connection, 'integration' | 'status'>, { integration, status }: ConnectionFilter) =>
  (integration ?? one.integration) === one.integration && (status ?? one.status) === one.status;

/** By id; `null`: it was deleted. */
type Changes = Map<string, Connection | null>;

/** Applies the events of connections to all loaded lists and details. */
export function useLiveUpdates(): ConnectionEventsStatus {
  const queryClient = useQueryClient();
  const changes = useRef<Changes>(new Map());
  const timers = useRef<{ counts?: number | undefined; lists?: number | undefined }>({});
  useEffect(() => () => Object.values(timers.current).forEach((timer) => window.clearTimeout(timer)), []);
  const soon = (name: 'counts' | 'lists', ms: number, act: () => void) => {
    timers.current[name] ??= window.setTimeout(() => {
      timers.current[name] = undefined;
      act();
    }, ms);
  };
  return useConnectionEvents({}, (event) => {
    soon('counts', COUNTS_MS, () => void queryClient.invalidateQueries({ queryKey: COUNTS }));
    if (event.event === 'reset')
      return void queryClient.invalidateQueries({ queryKey: LISTS }, { cancelRefetch: false });
    changes.current.set(event.connection.id, event.event === 'connection.deleted' ? null : event.connection);
    soon('lists', BATCH_MS, () => {
      apply(queryClient, changes.current);
      changes.current = new Map();
    });
  });
}

function apply(queryClient: QueryClient, changes: Changes): void {
  for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: LISTS }))
    queryClient.setQueryData<InfiniteData<Page<Connection>>>(queryKey, (data) => {
      const pages = data && update(data.pages, changes, queryKey.at(-1) as ConnectionFilter);
      return pages && { ...data, pages };
    });
  for (const [id, connection] of changes) {
    if (connection !== null) queryClient.setQueryData(connectionKey(id), connection);
    // Also the audit log.
    void queryClient.invalidateQueries({ queryKey: connectionKey(id) });
  }
}

function update(pages: Page<Connection>[], changes: Changes, filter: ConnectionFilter): Page<Connection>[] {
  const listed = new Set(pages.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const matching = [...changes.values()].filter(
    (one) => one !== null && hasValues(one, filter) && isFound(one, filter.search),
  ) as Connection[];
  const current = new Map(matching.map((one) => [one.id, one]));
  const added = matching.filter(({ id }) => !listed.has(id));
  added.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return pages.map((page, index) => ({
    ...page,
    rows: [
      ...(index === 0 ? added : []),
      ...page.rows.flatMap((one) => (changes.has(one.id) ? (current.get(one.id) ?? []) : one)),
    ],
  }));
}
