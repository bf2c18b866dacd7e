'use client';

import { useCallback, useEffect, useState } from 'react';
import {
  CausewayError,
  unwrap,
  type CausewayClient,
  type ProblemDetails,
  type Sync,
  type SyncRun,
} from '@causeway/client';
import { useCauseway } from './causeway-provider.js';
import { useLoaded, type Loaded } from './use-loaded.js';

const REFRESH_MS = 2_000;

export interface UseSyncs extends Pick<Loaded<Sync[]>, 'problem' | 'reload'> {
  /** Newest first. `undefined`: not loaded yet. */
  syncs: Sync[] | undefined;
}

/** The syncs of a connection, loaded again while one of them runs. */
export function useSyncs(connectionId: string): UseSyncs {
  const client = useCauseway();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const query = { connectionId, limit: 100 };
      return (await unwrap(client.GET('/syncs', { params: { query }, signal }))).syncs;
    },
    [client, connectionId],
  );
  const { data: syncs, ...others } = useLoaded(load, refreshWhileRunning);
  return { syncs, ...others };
}

/** The newest runs of a sync; a run that begins or ends loads them again. */
export function useSyncRuns({ id, lastRun }: Sync): Pick<Loaded<SyncRun[]>, 'problem' | 'reload'> & {
  runs: SyncRun[] | undefined;
} {
  const client = useCauseway();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const params = { path: { id }, query: { limit: 20 } };
      return (await unwrap(client.GET('/syncs/{id}/runs', { params, signal }))).runs;
    },
    [client, id],
  );
  const { data: runs, problem, reload } = useLoaded(load);
  const newest = `${lastRun?.id} ${lastRun?.outcome}`;
  const [shown, setShown] = useState(newest);
  useEffect(() => {
    if (shown !== newest) void reload().then(() => setShown(newest));
  }, [shown, newest, reload]);
  return { runs, problem, reload };
}

/** Or is about to: it was just created, or asked to run. */
const isRunning = ({ lastRun, status, nextRunAt }: Sync) =>
  lastRun?.outcome === 'running' ||
  (nextRunAt === null ? ['active', 'failing'].includes(status) : Date.parse(nextRunAt) <= Date.now());

/** Milliseconds until syncs are asked for again; `false`: none of them runs. */
export const refreshWhileRunning = (syncs: readonly Sync[] | undefined): number | false =>
  syncs?.some(isRunning) === true ? REFRESH_MS : false;

/** `full`: a run that reads all items again. */
export type SyncAction = 'create' | 'run' | 'full' | 'pause' | 'resume' | 'delete';

interface Action {
  /** The one that is being requested. */
  pending: SyncAction | null;
  /** Why the last one failed. */
  problem: ProblemDetails | null;
  dismiss: () => void;
}

export interface UseSyncActions extends Action {
  act: (action: Exclude<SyncAction, 'create'>) => Promise<void>;
}

/** What can be done with a sync. @param onChange called afterwards, and until a run that was asked for has begun: loads the sync again */
export function useSyncActions({ id, lastRun }: Sync, onChange: () => unknown): UseSyncActions {
  const client = useCauseway();
  const { perform, ...state } = useAction(onChange);
  /** The newest run before the one that was asked for. */
  const [runBefore, setRunBefore] = useState<string | null>();
  const newest = lastRun?.id ?? null;
  // Until it begins, the sync does not tell that a run was asked for.
  const isAwaited = runBefore === newest;
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(onChange, REFRESH_MS);
    return () => clearInterval(timer);
  }, [isAwaited, onChange]);
  const act: UseSyncActions['act'] = (action) =>
    perform(action, async () => {
      await request(client, id, action);
      setRunBefore(action === 'run' || action === 'full' ? newest : undefined);
    });
  return { ...state, act };
}

/** Creates a sync of a connection, with the default intervals. */
export function useCreateSync(
  connectionId: string,
  onChange: () => unknown,
): Action & { create: (types: string[]) => Promise<void> } {
  const client = useCauseway();
  const { perform, ...state } = useAction(onChange);
  const create = (types: string[]) =>
    perform('create', () => unwrap(client.POST('/syncs', { body: { connectionId, types } })));
  return { ...state, create };
}

function useAction(onChange: () => unknown) {
  const [pending, setPending] = useState<SyncAction | null>(null);
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const perform = async (action: SyncAction, request: () => Promise<unknown>) => {
    setPending(action);
    setProblem(null);
    try {
      await request();
    } catch (error) {
      if (!(error instanceof CausewayError)) throw error;
      setProblem(error.problem);
    } finally {
      await onChange();
      setPending(null);
    }
  };
  return { pending, problem, dismiss: () => setProblem(null), perform };
}

function request(client: CausewayClient, id: string, action: Exclude<SyncAction, 'create'>): Promise<unknown> {
  const params = { path: { id } };
  switch (action) {
    case 'run':
    case 'full':
      return unwrap(client.POST('/syncs/{id}/run', { params, body: { full: action === 'full' } }));
    case 'pause':
    case 'resume':
      return unwrap(client.PATCH('/syncs/{id}', { params, body: { paused: action === 'pause' } }));
    case 'delete':
      return unwrap(client.DELETE('/syncs/{id}', { params }));
  }
}
