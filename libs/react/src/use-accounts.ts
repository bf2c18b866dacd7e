'use client';

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Integration, IntegrationDetails } from '@causeway/client';
import {
  UserAccounts,
  type RedirectResult,
  type UserAccountsEvents,
  type UserAccountsOptions,
  type UserAccountsState,
} from '@causeway/client/browser';
import { useCauseway } from './causeway-provider.js';

export interface UseAccountsOptions extends UserAccountsEvents, Omit<UserAccountsOptions, 'user'> {
  /** Default, as `userId`: the user of the session. `null`: nobody yet; only the integrations are loaded. */
  orgId?: string | null | undefined;
  userId?: string | null | undefined;
  /** What `consumeRedirectResult` has returned, and the integration if the page knows it: the connection is made here. */
  redirected?: (RedirectResult & { integration?: string }) | null | undefined;
}

export interface UseAccounts<Details extends Integration = Integration>
  extends
    Omit<UserAccountsState<Details>, 'check'>,
    Pick<UserAccounts, 'connect' | 'disconnect' | 'dismiss' | 'reload' | 'check'> {
  /** The last check of an account. */
  checked: UserAccountsState['check'];
}

/** A user's accounts of all integrations, kept up to date: what `ConnectModal` shows and does, for a user interface of your own. */
export function useAccounts(options: UseAccountsOptions & { details: true }): UseAccounts<IntegrationDetails>;
export function useAccounts(options?: UseAccountsOptions): UseAccounts;
export function useAccounts(options: UseAccountsOptions = {}): UseAccounts {
  const { orgId, userId, integrations, details, unconfigured, session } = options;
  const client = useCauseway();
  // Callers write the list as a literal: compare it by its value.
  const key = integrations?.join();
  const user = useMemo(() => {
    if (orgId === null || userId === null) return null;
    return orgId !== undefined && userId !== undefined ? { orgId, userId } : undefined;
  }, [orgId, userId]);
  const ofSession = user === undefined;
  const accounts = useMemo(() => {
    const listed = { integrations: key?.split(','), details, unconfigured, session };
    return new UserAccounts(client, { ...listed, user: ofSession ? undefined : null });
  }, [client, key, details, unconfigured, session, ofSession]);
  const [redirected] = useState(options.redirected);
  const latest = useRef<UserAccountsEvents>(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (user !== undefined) accounts.setUser(user);
  }, [accounts, user]);
  useEffect(() => {
    const stopListening = accounts.listen({
      onConnected: (connection) => latest.current.onConnected?.(connection),
      onDisconnected: (connection, revoked) => latest.current.onDisconnected?.(connection, revoked),
    });
    const stop = accounts.start();
    if (redirected) void accounts.finish(redirected, redirected.integration);
    return () => {
      stop();
      stopListening();
      accounts.abort();
    };
  }, [accounts, redirected]);
  const state = useSyncExternalStore(accounts.subscribe, accounts.getState, accounts.getState);
  const { connect, disconnect, dismiss, reload, check } = accounts;
  const shown = user === undefined || accounts.isOf(user) ? state : { ...state, connections: undefined };
  return { ...shown, checked: state.check, connect, disconnect, dismiss, reload, check };
}
