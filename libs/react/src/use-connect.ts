'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import {
  connectAccount,
  type ConnectError,
  type ConnectAccountOptions,
  type ConnectPhase,
  type ConnectResult,
} from '@causeway/client/browser';
import { useCauseway } from './causeway-provider.js';

type ConnectOptions = Omit<ConnectAccountOptions, 'onPhase' | 'signal'>;

/** The authorization that was started last: its request, and how far it is or how it ended. */
export type ConnectState = Pick<ConnectOptions, 'integration' | 'orgId' | 'userId'> & (ConnectPhase | ConnectResult);

export interface UseConnectOptions {
  /** The result of a full-page authorization: see `consumeRedirectResult`. */
  initialState?: ConnectState | null;
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
  const [state, setState] = useState(initialState);
  const controller = useRef<AbortController>(null);
  const latestOnSettled = useRef(onSettled);
  useEffect(() => {
    latestOnSettled.current = onSettled;
  });
  useEffect(() => () => controller.current?.abort(), []);

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
      const connected = (connectionId: string) => settle({ phase: 'connected', connectionId });
      connectAccount(client, { ...options, signal, onPhase: show }).then(connected, (error: ConnectError) => {
        settle({ phase: 'failed', problem: error.problem });
        void error.lateConnectionId?.then(connected);
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
