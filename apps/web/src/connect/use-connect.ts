import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Integration } from '@causeway/client';
import { connectAccount, ConnectError } from '@causeway/client/browser';
import { connectionsKey, type Who } from '../api/queries.js';
import { problemOf } from '../api/service-problem.js';
import { useService } from '../api/service.js';
import { texts } from '../texts.js';
import type { Ending } from './ending.js';

/** One attempt at a time: the one that was begun last. */
export type Attempt = { integration: string; who: Who } & (
  { phase: 'starting' | 'redirecting' } | { phase: 'waiting'; popup: Window } | { phase: 'ended'; ending: Ending }
);

interface Wish {
  integration: Integration;
  who: Who;
  /** Authorize this connection again. */
  connectionId?: string;
}

export function useConnect(first: Attempt | null) {
  const service = useService();
  const queries = useQueryClient();
  const [attempt, setAttempt] = useState(first);
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);

  const connect = ({ integration: { id, name }, who, connectionId }: Wish) => {
    current.current?.abort();
    const mine = new AbortController();
    current.current = mine;
    const about = { integration: id, who };
    const show = (what: { phase: 'starting' | 'redirecting' } | { phase: 'waiting'; popup: Window }) =>
      setAttempt({ ...about, ...what });
    const end = (ending: Ending) => {
      if (mine.signal.aborted) return;
      setAttempt({ ...about, phase: 'ended', ending });
      void queries.invalidateQueries({ queryKey: connectionsKey });
    };
    const connected = (id: string) => end({ kind: 'connected', connectionId: id });
    connectAccount(service, {
      integration: id,
      ...who,
      ...(connectionId === undefined ? {} : { connectionId }),
      popupText: texts.connect.popup(name),
      signal: mine.signal,
      onPhase: show,
    }).then(connected, (error: unknown) => {
      end({ kind: 'failed', problem: problemOf(error) });
      if (error instanceof ConnectError) void error.lateConnectionId?.then(connected);
    });
  };

  const dismiss = () => {
    current.current?.abort();
    setAttempt(null);
  };
  return { attempt, connect, dismiss };
}
