import { useEffect, useState } from 'react';
import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { useService } from '../../api/service.js';
import { connectionKey, listsKey } from './use-connections.js';

const CHANGES = ['connection.created', 'connection.updated', 'connection.needs-reconnect'];
/** Changes come in bursts; a list of thousands is gone through once for all of them. */
const TOGETHER_MS = 200;
const AGAIN_MS = 5_000;

export type FeedState = 'connecting' | 'live' | 'lost';

type Pages = InfiniteData<{ connections: Connection[]; nextCursor: string | null }, string | null>;

/** `null`: it is gone. */
type Changes = Map<string, Connection | null>;

/** Brings what happens to connections into everything that shows them. The browser sends the cookie, and comes back by itself. */
export function useLiveFeed(): FeedState {
  const queries = useQueryClient();
  const service = useService();
  const [state, setState] = useState<FeedState>('connecting');

  useEffect(() => {
    const changes: Changes = new Map();
    let source: EventSource;
    let bringing: number | undefined;
    let again: number | undefined;
    const note = (id: string, connection: Connection | null) => {
      changes.set(id, connection);
      bringing ??= window.setTimeout(() => {
        bringing = undefined;
        bringIn(queries, changes);
        changes.clear();
      }, TOGETHER_MS);
    };
    const open = () => {
      source = new EventSource('/events');
      source.onopen = () => setState('live');
      source.onerror = () => {
        setState('lost');
        if (source.readyState !== EventSource.CLOSED) return;
        // Refused: if that is because nobody is signed in any more, this question says so to the person.
        again = window.setTimeout(() => {
          void service
            .GET('/web-session')
            .catch(() => undefined)
            .finally(open);
        }, AGAIN_MS);
      };
      for (const type of CHANGES)
        source.addEventListener(type, ({ data }: MessageEvent<string>) => {
          const connection = JSON.parse(data) as Connection;
          note(connection.id, connection);
        });
      source.addEventListener('connection.deleted', ({ data }: MessageEvent<string>) =>
        note((JSON.parse(data) as { id: string }).id, null),
      );
      source.addEventListener('reset', () => void queries.invalidateQueries({ queryKey: listsKey }));
    };
    open();
    return () => {
      window.clearTimeout(bringing);
      window.clearTimeout(again);
      source.close();
    };
  }, [queries, service]);
  return state;
}

function bringIn(queries: QueryClient, changes: Changes): void {
  for (const query of queries.getQueryCache().findAll({ queryKey: listsKey })) {
    const filter = query.queryKey.at(-1) as Partial<Pick<Connection, 'integration' | 'status'>>;
    queries.setQueryData<Pages>(query.queryKey, (data) => data && changed(data, changes, filter));
  }
  for (const [id, connection] of changes) {
    if (connection !== null) queries.setQueryData(connectionKey(id), connection);
    // What was shown with it has changed as well: its trail.
    void queries.invalidateQueries({ queryKey: connectionKey(id) });
  }
}

function changed(data: Pages, changes: Changes, filter: Partial<Pick<Connection, 'integration' | 'status'>>): Pages {
  const left = new Map(changes);
  const belongs = ({ integration, status }: Connection) =>
    (filter.integration ?? integration) === integration && (filter.status ?? status) === status;
  const pages = data.pages.map((page) => ({
    ...page,
    connections: page.connections.flatMap((known) => {
      const now = left.get(known.id);
      if (now === undefined) return [known];
      left.delete(known.id);
      return now === null || !belongs(now) ? [] : [now];
    }),
  }));
  const added = [...left.values()].filter((now) => now !== null && belongs(now)) as Connection[];
  const [first, ...others] = pages;
  if (first === undefined || added.length === 0) return { ...data, pages };
  added.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { ...data, pages: [{ ...first, connections: [...added, ...first.connections] }, ...others] };
}
