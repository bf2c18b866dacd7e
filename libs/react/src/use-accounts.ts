'use client';

import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import {
  UserAccounts,
  type UserAccountsEvents,
  type UserAccountsOptions,
  type UserAccountsState,
} from '@causeway/client/browser';
import { useCauseway } from './causeway-provider.js';

export interface UseAccountsOptions extends UserAccountsEvents, Omit<UserAccountsOptions, 'user'> {
  /** Default, as `userId`: the user of the session. */
  orgId?: string | undefined;
  userId?: string | undefined;
}

export interface UseAccounts
  extends UserAccountsState, Pick<UserAccounts, 'connect' | 'disconnect' | 'dismiss' | 'reload'> {}

/** A user's accounts of all integrations, kept up to date: what `ConnectModal` shows and does, for a user interface of your own. */
export function useAccounts(options: UseAccountsOptions = {}): UseAccounts {
  const { orgId, userId, integrations } = options;
  const client = useCauseway();
  // Callers write the list as a literal: compare it by its value.
  const key = integrations?.join();
  const accounts = useMemo(() => {
    const user = orgId !== undefined && userId !== undefined ? { orgId, userId } : undefined;
    return new UserAccounts(client, { user, integrations: key?.split(',') });
  }, [client, orgId, userId, key]);
  const latest = useRef<UserAccountsEvents>(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const stopListening = accounts.listen({
      onConnected: (connection) => latest.current.onConnected?.(connection),
      onDisconnected: (connection, revoked) => latest.current.onDisconnected?.(connection, revoked),
    });
    const stop = accounts.start();
    return () => {
      stop();
      stopListening();
      accounts.abort();
    };
  }, [accounts]);
  const state = useSyncExternalStore(accounts.subscribe, accounts.getState, accounts.getState);
  const { connect, disconnect, dismiss, reload } = accounts;
  return { ...state, connect, disconnect, dismiss, reload };
}
