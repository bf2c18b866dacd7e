'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { CausewayError, type ProblemDetails } from '@causeway/client';

export interface Loaded<Data> {
  /** `undefined`: not loaded yet. */
  data: Data | undefined;
  /** Why the last request failed; what was loaded before stays. */
  problem: ProblemDetails | null;
  reload: () => Promise<void>;
}

/**
 * What a request responds with. The newest request counts: it aborts the one before.
 * @param load memoized: another one loads anew, and what was loaded before is gone
 * @param refreshMs how long until it is loaded again; `false`: it is not
 */
export function useLoaded<Data>(
  load: (signal: AbortSignal) => Promise<Data>,
  refreshMs: (data: Data) => number | false = () => false,
): Loaded<Data> {
  const [loaded, setLoaded] = useState<{ load: typeof load; data?: Data; problem: ProblemDetails | null }>();
  const loading = useRef<AbortController>(null);
  const reload = useCallback(async () => {
    loading.current?.abort();
    const { signal } = (loading.current = new AbortController());
    try {
      const data = await load(signal);
      if (!signal.aborted) setLoaded({ load, data, problem: null });
    } catch (error) {
      // Anything else is the abort.
      if (!(error instanceof CausewayError) || signal.aborted) return;
      setLoaded((before) => ({ ...(before?.load === load && before), load, problem: error.problem }));
    }
  }, [load]);
  useEffect(() => {
    const start = () => void reload();
    start();
    return () => loading.current?.abort();
  }, [reload]);
  const current = loaded?.load === load ? loaded : undefined;
  const delayMs = current?.data === undefined ? false : refreshMs(current.data);
  useEffect(() => {
    if (delayMs === false) return;
    const timer = setTimeout(() => void reload(), delayMs);
    return () => clearTimeout(timer);
    // After each load.
  }, [reload, delayMs, loaded]);
  return { data: current?.data, problem: current?.problem ?? null, reload };
}
