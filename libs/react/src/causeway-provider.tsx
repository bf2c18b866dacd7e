'use client';

import { createContext, useContext, type ReactNode } from 'react';
import type { CausewayClient } from '@causeway/client';

export const ClientContext = createContext<CausewayClient | null>(null);

/** Gives components below a client. Create the client once, outside of components: a different one starts everything anew. */
export function CausewayProvider({ client, children }: { client: CausewayClient; children: ReactNode }) {
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

/** The client of the nearest `CausewayProvider`. */
export function useCauseway(): CausewayClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useCauseway needs a <CausewayProvider> above.');
  return client;
}
