import { createContext, useContext } from 'react';
import type { CausewayClient } from '@causeway/client';
import { dataOf } from '../api/service-problem.js';

/** @throws ServiceProblem with status 401 for nobody */
export const whoAmI = (service: CausewayClient) => dataOf(service.GET('/web-session'));

/** Who the person is to the service. */
export type Caller = Awaited<ReturnType<typeof whoAmI>>;

const CallerContext = createContext<Caller | null>(null);

export const CallerProvider = CallerContext.Provider;

export function useCaller(): Caller {
  const caller = useContext(CallerContext);
  if (caller === null) throw new Error('There is no CallerProvider above.');
  return caller;
}

/** Whether what one was shown the other may see as well. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  const identity = ({ expiresAt: _, ...rest }: Caller) => JSON.stringify(rest);
  return identity(one) === identity(other);
}
