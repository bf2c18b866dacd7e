import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { runAction, type Action, type ActionResult } from './actions.js';
import { countsKey, listsKey } from './use-connections.js';

/** Providers have rate limits, and browsers open few connections to one host. */
const CONCURRENCY = 4;

export type Progress = ActionResult | 'running' | 'skipped';
export type BulkPhase = 'ready' | 'running' | 'done';

export function useBulkAction(action: Action, connections: readonly Connection[]) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const [phase, setPhase] = useState<BulkPhase>('ready');
  const started = useRef(false);
  const stopped = useRef(false);
  const stop = () => {
    stopped.current = true;
  };
  useEffect(() => {
    stopped.current = false;
    return stop;
  }, []);

  const run = async () => {
    const queue = connections.values();
    const set = (id: string, value: Progress) => setProgress((all) => new Map(all).set(id, value));
    const work = async () => {
      for (const connection of queue) {
        if (!stopped.current) set(connection.id, 'running');
        set(connection.id, stopped.current ? 'skipped' : await runAction(client, action, connection));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    setPhase('done');
    await Promise.all([listsKey, countsKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
  const start = () => {
    if (started.current) return;
    started.current = true;
    setPhase('running');
    void run();
  };
  return { progress, phase, start, stop };
}
