import { useEffect, useRef, useState } from 'react';
import type { Connection } from '@causeway/client';
import { useService } from '../../api/service.js';
import { perform, type Action, type Outcome } from './actions.js';

/** So many at the same time: providers pace their calls, and the browser has few connections to one host. */
const AT_ONCE = 4;

export type Progress = Outcome | 'running' | 'skipped';

/** Does something with many connections, one after the other, and remembers what came of each. */
export function useBulk() {
  const service = useService();
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const [phase, setPhase] = useState<'ready' | 'running' | 'over'>('ready');
  const stopped = useRef(false);
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );

  const start = async (action: Action, connections: readonly Connection[]) => {
    stopped.current = false;
    setPhase('running');
    const waiting = connections.values();
    const note = (id: string, made: Progress) => setProgress((all) => new Map(all).set(id, made));
    const work = async () => {
      for (const connection of waiting) {
        if (stopped.current) note(connection.id, 'skipped');
        else {
          note(connection.id, 'running');
          note(connection.id, await perform(service, action, connection));
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setPhase('over');
  };
  const stop = () => {
    stopped.current = true;
  };
  return { progress, phase, start, stop };
}
