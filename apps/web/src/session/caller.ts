import { createContext, useContext } from 'react';
import { unwrap, type CausewayClient } from '@causeway/client';

/** @throws CausewayError with status 401 if nobody is signed in */
export const fetchCaller = (client: CausewayClient) => unwrap(client.GET('/web-session'));

/** Who is signed in, and what they may do. */
export type Caller = Awaited<ReturnType<typeof fetchCaller>>;

const CallerContext = createContext<Caller | null>(null);

export const CallerProvider = CallerContext.Provider;

export function useCaller(): Caller {
  const caller = useContext(CallerContext);
  if (caller === null) throw new Error('useCaller needs a <CallerProvider> above.');
  return caller;
}

/** Whether the two may see the same data. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  const identity = ({ expiresAt: _, keyId: __, ...rights }: Caller) => JSON.stringify(rights);
  return identity(one) === identity(other);
}
