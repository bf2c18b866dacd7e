'use client';

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import {
  ConnectFlow,
  type ConnectOptions,
  type ConnectResult,
  type ConnectStarted,
  type ConnectState,
  type RedirectResult,
} from '@causeway/client/browser';
import { useCauseway } from './causeway-provider.js';

export interface UseConnectOptions {
  /** The result of a full-page authorization, which is finished here: see `consumeRedirectResult`. */
  initialState?: (ConnectStarted & RedirectResult) | null;
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
  const [redirected] = useState(initialState);
  const flow = useMemo(() => new ConnectFlow(client, redirected), [client, redirected]);
  const latestOnSettled = useRef(onSettled);
  useEffect(() => {
    latestOnSettled.current = onSettled;
  });
  useEffect(() => {
    const stop = flow.onSettled((result) => latestOnSettled.current?.(result));
    if (redirected !== null) void flow.finish(redirected);
    return () => {
      stop();
      flow.abort();
    };
  }, [flow, redirected]);
  const state = useSyncExternalStore(flow.subscribe, flow.getState, flow.getState);
  return { state, connect: flow.connect, cancel: flow.cancel };
}
