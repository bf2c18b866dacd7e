import { hash, randomUUID } from 'node:crypto';
import type { ProblemSlug } from '@causeway/problem';
import type { Account } from '../integrations/integration.js';

/** A connection as it is stored. Times are milliseconds since the epoch. */
export interface ConnectionRecord {
  id: string;
  integration: string;
  orgId: string;
  userId: string;
  account: Account;
  /** Two grants with the same key are for the same account. */
  accountKey: string;
  /** Why the connection has to be authorized again; `null`: it is active. */
  problem: { slug: ProblemSlug; detail: string; providerCode?: string } | null;
  scopes: string[];
  createdAt: number;
  updatedAt: number;
  /** When it was last authorized; of several connections of a user the latest one answers. */
  connectedAt: number;
  expiresAt: number | null;
  lastRefreshedAt: number | null;
  /** Grows by one with every change of the credential. */
  generation: number;
  /** Sealed for this connection and organisation. */
  credential: string;
}

const ID = /^con_([0-9a-f]{12})[0-9a-f]{20}$/;

/** All keys of one organisation share a partition. Collisions of the shortened hash do no harm: keys hold whole names. */
export function partitionOf(orgId: string): string {
  return hash('sha256', orgId, 'hex').slice(0, 12);
}

/** The id names the partition, so that one read finds a connection when only its id is known. */
export function newConnectionId(orgId: string): string {
  // Of a UUID, which Node draws in advance, the parts that are random as a whole: 80 bits.
  const uuid = randomUUID();
  return `con_${partitionOf(orgId)}${uuid.slice(0, 8)}${uuid.slice(-12)}`;
}

/** `null`: no id of ours. */
export function partitionOfConnection(id: string): string | null {
  return ID.exec(id)?.[1] ?? null;
}

/** Where the record is kept. */
export function connectionKey(id: string): string {
  return `connection:${id}`;
}

/** What a credential is sealed to: moved to another connection or organisation it does not open. */
export function sealingContext({ orgId, id }: Pick<ConnectionRecord, 'orgId' | 'id'>): string {
  return `connection ${JSON.stringify([orgId, id])}`;
}
