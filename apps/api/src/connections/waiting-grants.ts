import { hash, randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Keyring, type SealingKeys } from '@causeway/crypto';
import type { OpenRequestSlots } from '@causeway/oauth';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Ref } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Tracing } from '../tracing/tracing.js';
import { idOfMember, sortableTime } from './connection-index.js';
import type { ConnectionRecord } from './connection-record.js';
import { GrantRevocation } from './grant-revocation.js';
import { NewGrants, type AuthorizedGrant, type UnusedGrant } from './new-grants.js';
import { SharedGrants, waitingGrantRef } from './shared-grants.js';

type User = Pick<ConnectionRecord, 'orgId' | 'userId'>;

/** A grant in the store, sealed. Whatever is not ended by then is revoked by some replica after `dueAt`. */
type StoredGrant =
  | { state: 'waiting'; grant: AuthorizedGrant; slots: OpenRequestSlots; dueAt: number; isClaimed: boolean }
  | { state: 'refused'; grant: UnusedGrant; dueAt: number };

interface Entry<Stored extends StoredGrant = StoredGrant> {
  id: string;
  stored: Stored;
  /** As it is stored. */
  value: string;
}

const { partition: PARTITION } = waitingGrantRef('');
const INDEX = 'due';
const SCAN = 100;
const SWEEP_MS = 5_000;
/** Longer than a connection takes to be made. */
const CLAIM_MS = 60_000;
/** Between two tries to revoke a grant. */
const RETRY_MS = 60_000;
/** A provider that does not revoke a grant for that long has lost it, or will not. */
const REVOKING_MS = 60 * 60_000;

/**
 * Grants whose browser has come back, but has not been shown to belong to the user: they wait, sealed, under the digest of the code that
 * the browser got. They become connections when the code comes back from the right user, and are revoked otherwise. A grant is in the
 * index of what is due until its end, so that none outlives a process that dies.
 */
@Injectable()
export class WaitingGrants implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('WaitingGrants');
  private readonly keys: SealingKeys;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
    private readonly newGrants: NewGrants,
    private readonly grants: SharedGrants,
    private readonly revocation: GrantRevocation,
    private readonly tracing: Tracing,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {
    this.keys = keyring.sealingKeys('waiting grant');
  }

  onApplicationBootstrap(): void {
    const sweep = () => {
      this.sweep().catch((error: unknown) => this.logger.warn(`not swept: ${messageOf(error)}`));
    };
    this.timer = setInterval(sweep, Math.min(SWEEP_MS, this.config.finishTimeoutMs)).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @param slots where the authorization counts until the grant is finished, or they expire */
  async hold(grant: AuthorizedGrant, finishCode: string, slots: OpenRequestSlots): Promise<void> {
    const id = idOf(finishCode);
    await this.newGrants.share(grant);
    await this.grants.join(grant.fingerprint, id);
    const dueAt = Date.now() + this.config.finishTimeoutMs;
    await this.replace(null, id, { state: 'waiting', grant, slots, dueAt, isClaimed: false });
  }

  /**
   * Makes the connection.
   * @param requireMayFinish throws if this caller may not do that at all; the grant then goes on waiting
   * @throws Problem `attempt-expired`, `wrong-user`, and as `NewGrants.connect`; the grant is revoked
   */
  async finish(
    finishCode: string,
    user: User,
    requireMayFinish: (grant: AuthorizedGrant) => void,
  ): Promise<{ record: ConnectionRecord; slots: OpenRequestSlots }> {
    const entry = await this.claim(finishCode, requireMayFinish);
    const { grant, slots } = entry.stored;
    try {
      if (grant.orgId !== user.orgId || grant.userId !== user.userId) {
        await this.newGrants.recordRefusal(grant, 'wrong-user');
        throw wrongUser();
      }
      const record = await this.newGrants.connect(grant);
      await this.replace(entry, entry.id, null);
      await this.grants.forget(grant.fingerprint, entry.id);
      return { record, slots };
    } catch (error) {
      // Of a grant that is not refused now, because the store is away, the sweep finds out whether a connection was made.
      await this.refuse(entry).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Takes back what waits for an organization, or for one user of it. Revoked is it soon after, by any replica.
   * @param dryRun counts only
   * @returns how many grants
   */
  async refuseOf({ orgId, userId }: { orgId: string; userId: string | null }, dryRun: boolean): Promise<number> {
    let count = 0;
    for await (const member of this.members()) {
      const entry = await this.read(idOfMember(member));
      if (entry?.stored.state !== 'waiting') continue;
      const { grant } = entry.stored;
      if (grant.orgId !== orgId || (userId !== null && grant.userId !== userId)) continue;
      if (dryRun || (await this.refuse(entry))) count += 1;
    }
    return count;
  }

  /** Takes a grant back of which no connection is made, unless somebody else holds it. Returns before the provider has responded. */
  async drop(grant: UnusedGrant): Promise<void> {
    const stored = { state: 'refused', grant, dueAt: this.retryAt() } as const;
    const entry = await this.replace(null, newId(), stored);
    if (entry !== null) this.startRevocation(entry);
  }

  /** Of any number of concurrent callers exactly one gets it. @throws Problem `attempt-expired` */
  private async claim(
    finishCode: string,
    requireMayFinish: (grant: AuthorizedGrant) => void,
  ): Promise<Entry<StoredGrant & { state: 'waiting' }>> {
    const id = idOf(finishCode);
    const entry = await this.read(id);
    if (entry?.stored.state !== 'waiting' || entry.stored.isClaimed || entry.stored.dueAt <= Date.now()) throw spent();
    const { stored } = entry;
    requireMayFinish(stored.grant);
    const claimed = await this.replace(entry, id, { ...stored, isClaimed: true, dueAt: Date.now() + CLAIM_MS });
    if (claimed === null) throw spent();
    return claimed;
  }

  /** @returns false if the entry has changed meanwhile */
  private async refuse(entry: Entry): Promise<boolean> {
    const { integration, credential, fingerprint, authorizedAt } = entry.stored.grant;
    const grant = { integration, credential, fingerprint, authorizedAt };
    const refused = await this.replace(entry, entry.id, { state: 'refused', grant, dueAt: this.retryAt() });
    if (refused !== null) this.startRevocation(refused);
    return refused !== null;
  }

  private startRevocation(entry: Entry): void {
    this.revoke(entry).catch((error: unknown) => this.logger.warn(`not revoked: ${messageOf(error)}`));
  }

  private async revoke(entry: Entry): Promise<void> {
    const { integration, credential, fingerprint, authorizedAt } = entry.stored.grant;
    const { revoked } = await this.revocation.revokeUnused(integration, credential, fingerprint, entry.id);
    this.logger.log(`dropped a grant of ${integration}: ${revoked}`);
    // The sweep tries again.
    if (revoked === 'failed' && Date.now() - authorizedAt < REVOKING_MS) return;
    await this.replace(entry, entry.id, null);
  }

  private retryAt(): number {
    return Date.now() + Math.min(RETRY_MS, this.config.finishTimeoutMs);
  }

  private async sweep(): Promise<void> {
    for await (const member of this.members(sortableTime(Date.now())))
      await this.tracing
        .asJob('waiting-grant', () => this.settle(member))
        .catch((error: unknown) => this.logger.warn(`not swept: ${messageOf(error)}`));
  }

  /** Of the index of what is due. */
  private async *members(before?: string): AsyncGenerator<string> {
    const members = await this.store.pageDescending(PARTITION, INDEX, { limit: SCAN, before });
    yield* members;
    if (members.length === SCAN) yield* this.members(members.at(-1));
  }

  private async settle(member: string): Promise<void> {
    const id = idOfMember(member);
    const entry = await this.read(id);
    if (entry === null) {
      const remove = [refOf(id, 'waiting').key, refOf(id, 'refused').key];
      await this.store.commitIfUnchanged(PARTITION, { remove, removeFromIndex: [{ index: INDEX, member }] });
      this.logger.warn('a grant that nobody finished could not be opened; it was not revoked');
    } else if (entry.stored.state === 'waiting') {
      const { grant } = entry.stored;
      // Of several replicas, one refuses it.
      if (await this.refuse(entry)) await this.newGrants.recordRefusal(grant, 'not-finished');
    } else {
      const taken = await this.replace(entry, id, { ...entry.stored, dueAt: this.retryAt() });
      if (taken !== null) await this.revoke(taken);
    }
  }

  private async read(id: string): Promise<Entry | null> {
    const refs = (['waiting', 'refused'] as const).map((state) => refOf(id, state));
    // Not `getMany`, which skips what cannot be read: another replica may have the key.
    const values = await Promise.all(refs.map((ref) => this.store.get(ref)));
    for (const [position, value] of values.entries()) {
      const json = value === null ? null : this.keys.tryOpen(value, refs[position]?.key ?? '');
      if (value !== null && json !== null) return { id, stored: JSON.parse(json) as StoredGrant, value };
    }
    return null;
  }

  /** @returns `null` if the entry has changed meanwhile */
  private async replace<Next extends StoredGrant>(
    entry: Entry | null,
    id: string,
    next: Next | null,
  ): Promise<Entry<Next> | null> {
    const expect = [];
    const put = [];
    const value = next === null ? '' : this.keys.seal(JSON.stringify(next), refOf(id, next.state).key);
    if (entry !== null) expect.push({ key: refOf(id, entry.stored.state).key, value: entry.value });
    if (next !== null) put.push({ key: refOf(id, next.state).key, value });
    const isReplaced = await this.store.commitIfUnchanged(PARTITION, {
      expect,
      remove: expect.map(({ key }) => key),
      put,
      removeFromIndex: entry === null ? [] : [{ index: INDEX, member: memberOf(id, entry.stored) }],
      addToIndex: next === null ? [] : [{ index: INDEX, member: memberOf(id, next) }],
    });
    return isReplaced && next !== null ? { id, stored: next, value } : null;
  }
}

function refOf(id: string, state: StoredGrant['state']): Ref {
  return state === 'waiting' ? waitingGrantRef(id) : { partition: PARTITION, key: `refused:${id}` };
}

/** The code has 256 bits. */
function idOf(finishCode: string): string {
  return `waiting_${hash('sha256', finishCode, 'base64url')}`;
}

function newId(): string {
  return `waiting_${randomUUID()}`;
}

function memberOf(id: string, { dueAt }: StoredGrant): string {
  return `${sortableTime(dueAt)}.${id}`;
}

function spent(): Problem {
  return new Problem('attempt-expired', 'This code was already used, or is older than five minutes. Connect again.');
}

function wrongUser(): Problem {
  return new Problem(
    'wrong-user',
    'The account was authorized for another user than the one who has come back. It was not connected. Connect again.',
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
