import { useEffect, useRef } from 'react';
import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { useConnectionEvents, type ConnectionEventsStatus } from '@causeway/react';
import { isFound } from './filter-and-sort.js';
import type { Page } from '../lists.js';
import { connectionKey, COUNTS, LISTS, type ConnectionFilter } from './use-connections.js';

/** Events come in bursts: a list of thousands is updated once for all of them. */
const BATCH_MS = 200;
/** Of any number of events, the counts are requested at most this often. */
const COUNTS_MS = 2_000;

type Pages = InfiniteData<Page<Connection>>;
/** By id; `null`: it was deleted. */
type Changes = Map<string, Connection | null>;

/** Applies the events of connections to all loaded lists and details. */
export function useLiveUpdates(): ConnectionEventsStatus {
  const queryClient = useQueryClient();
  const changes = useRef<Changes>(new Map());
  const timer = useRef<number>(undefined);
  const countsTimer = useRef<number>(undefined);
  useEffect(() => {
    const timers = [timer, countsTimer];
    return () => timers.forEach(({ current }) => window.clearTimeout(current));
  }, []);
  const refreshCounts = () => {
    countsTimer.current = undefined;
    void queryClient.invalidateQueries({ queryKey: COUNTS });
  };
  const flush = () => {
    timer.current = undefined;
    apply(queryClient, changes.current);
    changes.current = new Map();
  };
  return useConnectionEvents({}, (event) => {
    countsTimer.current ??= window.setTimeout(refreshCounts, COUNTS_MS);
    if (event.event === 'reset')
      return void queryClient.invalidateQueries({ queryKey: LISTS }, { cancelRefetch: false });
    changes.current.set(event.connection.id, event.event === 'connection.deleted' ? null : event.connection);
    timer.current ??= window.setTimeout(flush, BATCH_MS);
  });
}

function apply(queryClient: QueryClient, changes: Changes): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: LISTS })) {
    const filter = query.queryKey.at(-1) as ConnectionFilter;
    queryClient.setQueryData<Pages>(query.queryKey, (data) => data && update(data, changes, filter));
  }
  for (const [id, connection] of changes) {
    if (connection !== null) queryClient.setQueryData(connectionKey(id), connection);
    // Also the audit log.
    void queryClient.invalidateQueries({ queryKey: connectionKey(id) });
  }
}

function update(data: Pages, changes: Changes, filter: ConnectionFilter): Pages {
  const matches = (connection: Connection) =>
    (filter.integration ?? connection.integration) === connection.integration &&
    (filter.status ?? connection.status) === connection.status &&
    isFound(connection, filter.search ?? '');
  const added = new Map(changes);
  const pages = data.pages.map((page) => ({
    ...page,
    rows: page.rows.flatMap((listed) => {
      const changed = changes.get(listed.id);
      added.delete(listed.id);
      if (changed === undefined) return [listed];
      return changed === null || !matches(changed) ? [] : [changed];
    }),
  }));
  const newest = [...added.values()].filter((connection) => connection !== null && matches(connection)) as Connection[];
  newest.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  pages[0]?.rows.unshift(...newest);
  return { ...data, pages };
}
