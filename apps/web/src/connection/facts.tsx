import type { ReactNode } from 'react';
import type { Connection } from '@causeway/client';
import { StatusChip } from '../layout/state-chip.js';

/** What is known of a connection, for a `DescriptionList`. @param show `null`: never */
export const factsOf = (
  { status, lastUsedAt, createdAt, updatedAt, lastRefreshedAt, expiresAt }: Connection,
  show: (time: string | null) => ReactNode,
): [term: string, description: ReactNode][] => [
  ['Status', <StatusChip status={status} />],
  ['Last used', show(lastUsedAt)],
  ['Connected', show(createdAt)],
  ['Updated', show(updatedAt)],
  ['Token last refreshed', show(lastRefreshedAt)],
  ['Access token expires', show(expiresAt)],
];
