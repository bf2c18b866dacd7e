import { randomUUID } from 'node:crypto';
import type { Keyring, SealingKeys } from '@causeway/crypto';
import type { ProblemSlug } from '@causeway/problem';
import type { Account } from '../integrations/integration.js';
import { partitionOf } from '../store/partition.js';

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
  /** When the grant ends if its credential is not refreshed; `null`, or in records of older versions not given: never, or it is not known. */
  healthyUntil?: number | null;
  /** The notices that were given of that end. */
  noticed?: { until: number; daysBefore: number };
  /** Grows by one with every change of the credential. */
  generation: number;
  /** Fingerprint of the grant: see `SharedGrants`. Not in records of older versions that were not used since. */
  grant?: string;
  /** The provider's id of the user, who may be a bot, whose grant it is. Not in records of older versions. */
  grantee?: string;
  /** The stamp of its members in the listing: see `ConnectionListing`. Not in records of older versions that were not listed since. */
  listed?: string;
  /** Sealed for this connection and organization. */
  credential: string;
}

export type ConnectionOwner = Pick<ConnectionRecord, 'orgId' | 'userId' | 'integration'>;

export function isOwnedBy(record: ConnectionRecord, { orgId, userId, integration }: ConnectionOwner): boolean {
  return record.orgId === orgId && record.userId === userId && record.integration === integration;
}

/** When the provider gave the credential. */
export function timeOf({
  connectedAt,
  lastRefreshedAt,
}: Pick<ConnectionRecord, 'connectedAt' | 'lastRefreshedAt'>): number {
  return Math.max(connectedAt, lastRefreshedAt ?? 0);
}

/** The id contains the partition: one read finds a connection by its id. */
export function newConnectionId(orgId: string): string {
  // Node makes UUIDs in advance, which is faster than random bytes. These parts of one are 80 random bits.
  const uuid = randomUUID();
  return `con_${partitionOf(orgId)}${uuid.slice(0, 8)}${uuid.slice(-12)}`;
}

export function connectionKey(id: string): string {
  return `connection:${id}`;
}

/** A sealed credential cannot be opened at another connection or organization. */
export function sealingContext({ orgId, id }: Pick<ConnectionRecord, 'orgId' | 'id'>): string {
  return `connection ${JSON.stringify([orgId, id])}`;
}

/** Those of an earlier version open until they are refreshed, or `npm run rotate-keys` has sealed them anew. */
export function credentialKeys(keyring: Keyring): SealingKeys {
  return keyring.sealingKeys('credential', { opensV1: true });
}
