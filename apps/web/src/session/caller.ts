import { createContext, useContext } from 'react';
import { unwrap, type CausewayClient } from '@causeway/client';

/** @throws CausewayError with status 401 if nobody is signed in */
export const fetchCaller = (client: CausewayClient) => unwrap(client.GET('/web-session'));

/** Who is signed in, and what they may do. */
export type Caller = Awaited<ReturnType<typeof fetchCaller>>;

const CallerContext = createContext<Caller | null>(null);

export const CallerProvider = CallerContext.Provider;

/** `null`: nobody is signed in. */
export const useCallerIfSignedIn = (): Caller | null => useContext(CallerContext);

export function useCaller(): Caller {
  const caller = useCallerIfSignedIn();
  if (caller === null) throw new Error('useCaller needs a <CallerProvider> above.');
  return caller;
}

/** What the caller may not do is not offered. */
export const useMay = (scope: Caller['scopes'][number]): boolean => useCaller().scopes.includes(scope);

/** How the header calls whoever is signed in; `null`: nobody has to be. */
export function nameOf({ kind, keyId, userId }: Caller): string | null {
  return { operator: 'Admin key', key: `API key cwk_${keyId ?? ''}_…`, session: userId, anyone: null }[kind];
}

/** Whether the two may see the same data. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  const identity = ({ expiresAt: _, keyId: __, ...rights }: Caller) => JSON.stringify(rights);
  return identity(one) === identity(other);
}
