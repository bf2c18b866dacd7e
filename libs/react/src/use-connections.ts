'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { CausewayError, listConnections, unwrap, type Connection, type ProblemDetails } from '@causeway/client';
import { useCauseway } from './causeway-provider.js';
import { useConnectionEvents } from './use-connection-events.js';

export interface UseConnectionsOptions {
  integration: string;
  orgId: string;
  userId: string;
}

export interface UseConnections {
  /** Newest first. `undefined`: not loaded yet. */
  connections: Connection[] | undefined;
  /** Why the last request failed. */
  problem: ProblemDetails | null;
  reload: () => Promise<void>;
  disconnect: (connectionId: string) => Promise<void>;
}

/** A user's connections to an integration, kept up to date. */
export function useConnections({ integration, orgId, userId }: UseConnectionsOptions): UseConnections {
  const client = useCauseway();
  const user = JSON.stringify([integration, orgId, userId]);
  /** `user` tells whose connections these are. */
  const [loaded, setLoaded] = useState<{ user: string; connections: Connection[] }>();
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const loading = useRef<AbortController>(null);

  const run = useCallback(async (request: () => Promise<void>) => {
    try {
      await request();
      setProblem(null);
    } catch (error) {
      // Anything else is the abort of a request that a newer one has replaced.
      if (error instanceof CausewayError) setProblem(error.problem);
    }
  }, []);
  const load = useCallback(async () => {
    loading.current?.abort();
    const { signal } = (loading.current = new AbortController());
    setLoaded({ user, connections: await listConnections(client, { integration, orgId, userId }, signal) });
  }, [client, user, integration, orgId, userId]);
  const reload = useCallback(() => run(load), [run, load]);
  const disconnect = useCallback(
    (id: string) =>
      run(async () => {
        await unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } }));
        await load();
      }),
    [client, run, load],
  );

  useEffect(() => {
    const start = () => void reload();
    start();
    return () => loading.current?.abort();
  }, [reload]);
  useConnectionEvents({ orgId, userId }, (event) => {
    if (event.event === 'reset' || event.connection.integration === integration) void reload();
  });
  return { connections: loaded?.user === user ? loaded.connections : undefined, problem, reload, disconnect };
}
