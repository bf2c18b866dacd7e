import { useEffect } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { unwrap, type CausewayClient, type Sync } from '@causeway/client';
import { useCauseway } from '@causeway/react';

const REFRESH_MS = 2_000;

export const syncsKey = ['syncs'];

export const listSyncs = (client: CausewayClient, query: Record<string, unknown>, signal: AbortSignal) =>
  unwrap(client.GET('/syncs', { params: { query }, signal }));

/** Or is about to: it was just created, or asked to run. */
const isRunning = ({ lastRun, status, nextRunAt }: Sync) =>
  lastRun?.outcome === 'running' ||
  (nextRunAt === null ? ['active', 'failing'].includes(status) : Date.parse(nextRunAt) <= Date.now());

/** `false`, or how long until the syncs are asked for again. */
export const refreshWhileRunning = (syncs: readonly Sync[] | undefined) =>
  syncs?.some(isRunning) === true ? REFRESH_MS : false;

/** Those of a connection, newest first. */
export function useSyncsOf(connectionId: string) {
  const client = useCauseway();
  return useQuery({
    queryKey: [...syncsKey, connectionId],
    queryFn: async ({ signal }) => (await listSyncs(client, { connectionId, limit: 100 }, signal)).syncs,
    refetchInterval: ({ state }) => refreshWhileRunning(state.data),
  });
}

/** The newest ones of a sync. `newest` changes with each run that begins or ends. */
export function useRuns(id: string, newest: string) {
  const client = useCauseway();
  return useQuery({
    queryKey: [...syncsKey, 'runs', id, newest],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/syncs/{id}/runs', { params: { path: { id }, query: { limit: 20 } }, signal }))).runs,
    placeholderData: (before) => before,
  });
}

export type SyncAction = 'run' | 'full' | 'pause' | 'resume' | 'delete';

export function useSyncAction({ id, lastRun }: Sync) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const params = { path: { id } };
  const newest = lastRun?.id ?? null;
  const action = useMutation({
    /** The newest run before the one that is asked for, if one is. */
    mutationFn: async (name: SyncAction): Promise<{ runBefore?: string | null }> => {
      if (name === 'run' || name === 'full') {
        await unwrap(client.POST('/syncs/{id}/run', { params, body: { full: name === 'full' } }));
        return { runBefore: newest };
      }
      if (name === 'delete') await unwrap(client.DELETE('/syncs/{id}', { params }));
      else await unwrap(client.PATCH('/syncs/{id}', { params, body: { paused: name === 'pause' } }));
      return {};
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: syncsKey }),
  });

  // Until it begins, the sync does not tell that a run was asked for.
  const isAwaited = action.data?.runBefore === newest;
  useEffect(() => {
    if (!isAwaited) return;
    const timer = window.setInterval(() => void queryClient.invalidateQueries({ queryKey: syncsKey }), REFRESH_MS);
    return () => window.clearInterval(timer);
  }, [isAwaited, queryClient]);
  return action;
}

export function useCreateSync(connectionId: string) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (types: string[]) =>
      // The intervals are the default ones.
      unwrap(client.POST('/syncs', { body: { connectionId, types } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: syncsKey }),
  });
}
