import { hash } from 'node:crypto';

/** The id of a connection contains the partition of its organization. */
const CONNECTION_ID = /^con_([0-9a-f]{12})[0-9a-f]{20}$/;

/** All keys of one organization are in one partition. A collision of the shortened hash does no harm: keys contain whole names. */
export function partitionOf(orgId: string): string {
  return hash('sha256', orgId, 'hex').slice(0, 12);
}

/** `null`: not an id of a connection. */
export function partitionOfConnection(id: string): string | null {
  return CONNECTION_ID.exec(id)?.[1] ?? null;
}
