import { unwrap, type CausewayClient } from '@causeway/client';

export { refreshWhileRunning } from '@causeway/react';

export const syncsKey = ['syncs'];

export const listSyncs = (client: CausewayClient, query: Record<string, unknown>, signal: AbortSignal) =>
  unwrap(client.GET('/syncs', { params: { query }, signal }));
