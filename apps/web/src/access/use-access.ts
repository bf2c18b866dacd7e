import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createQueries, createService } from '../api/service.js';
import { doneOf, problemOf, type ProblemDetails } from '../api/service-problem.js';
import { texts } from '../texts.js';
import { isSameCaller, whoAmI, type Caller } from './caller.js';

/** The longest time that a browser's timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;
/** What one tab did, all of them have to know: they share the cookie. */
const CHANNEL = 'causeway-access';

type State =
  | { phase: 'asking' }
  | { phase: 'failed'; problem: ProblemDetails }
  | { phase: 'nobody'; notice: string | null }
  /** `ended`: the service does not know the caller any more. `visit` changes with the caller. */
  | { phase: 'known'; caller: Caller; ended: boolean; visit: number };

/** Who the person is, from the first question to the end of the session. */
export function useAccess() {
  const [state, setState] = useState<State>({ phase: 'asking' });
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const visits = useRef(0);
  const service = useMemo(
    () => createService(() => setState((now) => (now.phase === 'known' ? { ...now, ended: true } : now))),
    [],
  );
  const visit = state.phase === 'known' ? state.visit : 0;
  // Another caller begins with nothing: what was loaded for the one before is not shown on.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `visit` says when
  const queries = useMemo(() => createQueries(), [visit]);

  const ask = useCallback(async () => {
    try {
      const caller = await whoAmI(service);
      setState((now) => {
        const isSame = now.phase === 'known' && isSameCaller(now.caller, caller);
        return { phase: 'known', caller, ended: false, visit: isSame ? now.visit : (visits.current += 1) };
      });
    } catch (error) {
      const refusal = problemOf(error);
      // Somebody who was known is told by a dialog, and a service that is away by whatever was asked of it.
      setState((now) => {
        if (now.phase === 'known') return now;
        // Its own question, after it signed out, must not take away that it said so.
        if (now.phase === 'nobody' && refusal.status === 401) return now;
        return refusal.status === 401 ? { phase: 'nobody', notice: null } : { phase: 'failed', problem: refusal };
      });
    }
  }, [service]);

  useEffect(() => {
    void ask();
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = () => void ask();
    return () => channel.close();
  }, [ask]);

  const expiresAt = state.phase === 'known' && !state.ended ? state.caller.expiresAt : null;
  useEffect(() => {
    if (expiresAt === null) return;
    const left = Math.min(Math.max(0, Date.parse(expiresAt) - Date.now()) + 1_000, LONGEST_MS);
    const timer = window.setTimeout(() => void ask(), left);
    return () => window.clearTimeout(timer);
  }, [expiresAt, ask]);

  const signedIn = async () => {
    await ask();
    tellOthers();
    await queries.invalidateQueries();
  };
  const leave = (notice: string | null) => setState({ phase: 'nobody', notice });
  const signOut = async () => {
    setProblem(null);
    try {
      await doneOf(service.DELETE('/web-session'));
      leave(texts.access.signedOut);
      tellOthers();
    } catch (error) {
      setProblem({ ...problemOf(error), title: texts.access.notSignedOut });
    }
  };
  return { state, service, queries, problem, ask, signedIn, signOut, leave };
}

function tellOthers(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}
