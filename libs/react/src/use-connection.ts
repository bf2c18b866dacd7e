import { useCallback, useEffect, useRef, useState } from 'react';
import { connectAccount, ConnectError, listenForClosing } from '@causeway/client/browser';
import { CausewayError, errorOf, type ShownProblem } from '@causeway/client';
import type { CausewayClient, Connection } from '@causeway/client';
import { followConnections } from '@causeway/client';

export interface Wanted {
  /** Out of `createCauseway`; has to be the same one over renders. */
  client: CausewayClient;
  integration: string;
  orgId: string;
  userId: string;
}

export interface ConnectionState {
  /** `undefined`: not known yet. Newest first. */
  connections: Connection[] | undefined;
  /** What an attempt to connect is doing; `null`: there is none. */
  step: 'starting' | 'waiting' | 'leaving' | null;
  /** Why the last thing that was tried did not work. */
  problem: ShownProblem | null;
  /** To be called in a click. With the id of a connection: authorizes that one again. */
  connect: (connectionId?: string) => void;
  /** Gives up the attempt that is under way. */
  cancel: () => void;
  disconnect: (connectionId: string) => Promise<void>;
}

/** A user's connections to an integration, as they are now: also what another tab, a back end or the provider does to them. */
export function useConnection({ client, integration, orgId, userId }: Wanted): ConnectionState {
  const [connections, setConnections] = useState<Connection[] | undefined>(undefined);
  const [step, setStep] = useState<ConnectionState['step']>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const attempt = useRef<AbortController | null>(null);

  const read = useCallback(async () => {
    const query = { integration, orgId, userId, limit: 100 };
    const { data, error, response } = await client.GET('/connections', { params: { query } });
    if (data === undefined) throw errorOf(error, response);
    setConnections(data.connections);
  }, [client, integration, orgId, userId]);
  const tell = useCallback((error: unknown) => setProblem(problemOf(error)), []);

  useEffect(() => {
    const gone = new AbortController();
    const again = () => {
      if (!gone.signal.aborted) read().catch(tell);
    };
    const follow = async () => {
      for await (const news of followConnections(client, { orgId, userId, signal: gone.signal })) {
        if (news.event === 'reset' || news.connection.integration === integration) again();
      }
    };
    again();
    follow().catch(tell);
    const stopListening = listenForClosing(window.location.origin, again);
    return () => {
      gone.abort();
      stopListening();
      attempt.current?.abort();
    };
  }, [client, integration, orgId, userId, read, tell]);

  const connect = useCallback(
    (connectionId?: string) => {
      attempt.current?.abort();
      const mine = new AbortController();
      attempt.current = mine;
      setProblem(null);
      const work = connectAccount(client, {
        ...{ integration, orgId, userId, signal: mine.signal },
        ...(connectionId === undefined ? {} : { connectionId }),
        onStep: (now) => setStep(now.step),
      });
      work
        .then(read)
        .catch((error: unknown) => {
          if (error instanceof ConnectError) error.later?.then(() => setProblem(null)).catch(() => {});
          if (!mine.signal.aborted) tell(error);
        })
        .finally(() => {
          if (attempt.current === mine) setStep(null);
        });
    },
    [client, integration, orgId, userId, read, tell],
  );
  const cancel = useCallback(() => attempt.current?.abort(), []);
  const disconnect = useCallback(
    async (id: string) => {
      setProblem(null);
      try {
        const { error, response } = await client.DELETE('/connections/{id}', { params: { path: { id } } });
        if (!response.ok) throw errorOf(error, response);
        await read();
      } catch (error) {
        tell(error);
      }
    },
    [client, read, tell],
  );
  return { connections, step, problem, connect, cancel, disconnect };
}

function problemOf(error: unknown): ShownProblem {
  if (error instanceof CausewayError) return error.problem;
  return {
    title: 'The service does not answer',
    detail: 'Check that it is running and that you are online, then try again.',
  };
}
