'use client';

import { useCallback, useState } from 'react';
import { CausewayError, listConnections, unwrap, type Connection, type ProblemDetails } from '@causeway/client';
import { useCauseway } from './causeway-provider.js';
import { useConnectionEvents } from './use-connection-events.js';
import { useLoaded } from './use-loaded.js';

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
  const load = useCallback(
    (signal: AbortSignal) => listConnections(client, { integration, orgId, userId }, signal),
    [client, integration, orgId, userId],
  );
  const { data: connections, problem, reload } = useLoaded(load);
  const [notDisconnected, setNotDisconnected] = useState<ProblemDetails | null>(null);
  const disconnect = useCallback(
    async (id: string) => {
      try {
        setNotDisconnected(null);
        await unwrap(client.DELETE('/connections/{id}', { params: { path: { id } } }));
        await reload();
      } catch (error) {
        if (error instanceof CausewayError) setNotDisconnected(error.problem);
      }
    },
    [client, reload],
  );
  useConnectionEvents({ orgId, userId }, (event) => {
    if (event.event === 'reset' || event.connection.integration === integration) void reload();
  });
  return { connections, problem: notDisconnected ?? problem, reload, disconnect };
}
