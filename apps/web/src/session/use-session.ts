import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createCauseway, unwrap, type ProblemDetails } from '@causeway/client';
import { createClient, problemOf } from '../api/client.js';
import { fetchCaller, isSameCaller, type Caller } from './caller.js';

/** The longest delay of a browser's timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** All tabs share the cookie, so they tell each other when it changes. A channel does not hear its own messages. */
const otherTabs = new BroadcastChannel('causeway-session');

type SessionState =
  | { phase: 'loading' }
  | { phase: 'failed'; problem: ProblemDetails }
  | { phase: 'signed-out'; notice: string | null }
  /** `callerNumber` changes when somebody else signs in. */
  | { phase: 'signed-in'; caller: Caller; expired: boolean; callerNumber: number };

/** For the session itself: here a 401 says only that nobody is signed in. */
const client = createCauseway();

/** The service no longer accepts the cookie. */
const expired = (now: SessionState): SessionState => (now.phase === 'signed-in' ? { ...now, expired: true } : now);

export function useSession() {
  const [state, setState] = useState<SessionState>({ phase: 'loading' });
  const [problem, setProblem] = useState<ProblemDetails | null>(null);
  const callers = useRef(0);
  const callerNumber = state.phase === 'signed-in' ? state.callerNumber : 0;
  // Another caller must not see what was loaded with the client of the one before.
  const callersClient = useMemo(() => createClient(() => setState(expired), callerNumber <= 1), [callerNumber]);

  const load = useCallback(async () => {
    try {
      const caller = await fetchCaller(client);
      setState((now) => {
        const isSame = now.phase === 'signed-in' && isSameCaller(now.caller, caller);
        const callerNumber = isSame ? now.callerNumber : (callers.current += 1);
        return { phase: 'signed-in', caller, expired: false, callerNumber };
      });
    } catch (error) {
      const problem = problemOf(error);
      setState((now) => {
        // A dialog reports an expired session, and other requests report a service that is down.
        if (now.phase === 'signed-in') return problem.status === 401 ? expired(now) : now;
        return problem.status === 401 ? { phase: 'signed-out', notice: null } : { phase: 'failed', problem };
      });
    }
  }, []);

  useEffect(() => {
    void load();
    otherTabs.onmessage = () => void load();
  }, [load]);

  const expiresAt = state.phase === 'signed-in' && !state.expired ? state.caller.expiresAt : null;
  useEffect(() => {
    if (expiresAt === null) return;
    const delayMs = Math.min(Math.max(0, Date.parse(expiresAt) - Date.now()) + 1_000, MAX_TIMER_MS);
    const timer = window.setTimeout(() => void load(), delayMs);
    return () => window.clearTimeout(timer);
  }, [expiresAt, load]);

  const onSignedIn = async () => {
    await load();
    otherTabs.postMessage('changed');
  };
  const discard = (notice: string | null) => setState({ phase: 'signed-out', notice });
  const signOut = async () => {
    setProblem(null);
    try {
      await unwrap(client.DELETE('/web-session'));
      discard('You are signed out.');
      otherTabs.postMessage('changed');
    } catch (error) {
      setProblem({ ...problemOf(error), title: 'You could not be signed out' });
    }
  };
  return { state, client: callersClient, problem, load, onSignedIn, signOut, discard };
}
