'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import {
  connectAccount,
  finishRedirect,
  type ConnectError,
  type ConnectAccountOptions,
  type ConnectPhase,
  type ConnectResult,
  type RedirectResult,
} from '@causeway/client/browser';
import type { Connection } from '@causeway/client';
import { useCauseway } from './causeway-provider.js';

type ConnectOptions = Omit<ConnectAccountOptions, 'onPhase' | 'signal'>;

type Started = Pick<ConnectOptions, 'integration' | 'orgId' | 'userId'>;

/**
 * The authorization that was started last: its request, and how far it is or how it ended. `authorized`: the browser was redirected back,
 * and the connection is being made.
 */
export type ConnectState = Started & (ConnectPhase | RedirectResult);

export interface UseConnectOptions {
  /** The result of a full-page authorization, which is finished here: see `consumeRedirectResult`. */
  initialState?: (Started & RedirectResult) | null;
  /** Called when an account was connected, or could not be. */
  onSettled?: (result: ConnectResult) => void;
}

export interface UseConnect {
  /** `null`: nothing was started, or it was canceled. */
  state: ConnectState | null;
  /** Starts an authorization, and cancels the one before. Call it in the click's own event handler. */
  connect: (options: ConnectOptions) => void;
  /** Cancels the authorization, or dismisses its result. */
  cancel: () => void;
}

/** Connects accounts, one at a time, and keeps the state of the last authorization for rendering. */
export function useConnect({ initialState = null, onSettled }: UseConnectOptions = {}): UseConnect {
  const client = useCauseway();
  const [state, setState] = useState<ConnectState | null>(initialState);
  const redirected = useRef(initialState);
  const controller = useRef<AbortController>(null);
  const latestOnSettled = useRef(onSettled);
  useEffect(() => {
    latestOnSettled.current = onSettled;
  });
  useEffect(() => {
    const { current } = redirected;
    if (current?.phase === 'authorized') {
      const { integration, orgId, userId } = current;
      void finishRedirect(client, current, { orgId, userId }).then((result) => {
        // The user may have started another one meanwhile.
        setState((latest) => (latest === current ? { integration, orgId, userId, ...result } : latest));
        latestOnSettled.current?.(result);
      });
    }
    return () => controller.current?.abort();
  }, [client]);

  const connect = useCallback(
    (options: ConnectOptions) => {
      controller.current?.abort();
      const { signal } = (controller.current = new AbortController());
      const { integration, orgId, userId } = options;
      const show = (phase: ConnectPhase | ConnectResult) => {
        if (!signal.aborted) setState({ integration, orgId, userId, ...phase });
      };
      const settle = (result: ConnectResult) => {
        if (signal.aborted) return;
        show(result);
        latestOnSettled.current?.(result);
      };
      const connected = ({ id }: Connection) => settle({ phase: 'connected', connectionId: id });
      connectAccount(client, { ...options, signal, onPhase: show }).then(connected, (error: ConnectError) => {
        settle({ phase: 'failed', problem: error.problem });
        void error.lateConnection?.then(connected);
      });
    },
    [client],
  );
  const cancel = useCallback(() => {
    controller.current?.abort();
    setState(null);
  }, []);
  return { state, connect, cancel };
}
