import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type SealingKeys } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { KeyValueStore } from '@causeway/store';
import type { Scope } from '../../access/access.decorator.js';
import { actorOf } from '../../access/actor.js';
import { requireMayActFor, type Caller } from '../../access/caller.js';
import type { Session } from '../../access/principal.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { digest } from '../../connections/connection-index.js';
import { partitionOf } from '../../store/partition.js';

const PREFIX = 'cws_';
const CONTEXT = 'session';
const ID = /^ses_([0-9a-f]{12})[0-9a-f]{20}$/;

/** What a session may have at most: reading tokens and calling a provider's own API are for back ends. */
const ALWAYS: readonly Scope[] = ['connections:read', 'connections:write'];
const WHERE_THE_MAKER_HAS_THEM: readonly Scope[] = ['items:read', 'syncs:read', 'syncs:write'];

export const MAX_SESSION_SECONDS = 86_400;

export interface SessionRequest extends Pick<Session, 'orgId' | 'userId' | 'integrations'> {
  /** Default: all that a session of this maker may have. */
  scopes: readonly Scope[] | undefined;
  expiresInSeconds: number;
}

/** Session tokens contain the sealed session. The store holds only which ones were ended, until they would have expired anyway. */
@Injectable()
export class SessionsService {
  private readonly keys: SealingKeys;

  constructor(
    keyring: Keyring,
    private readonly store: KeyValueStore,
    private readonly audit: AuditChain,
  ) {
    this.keys = keyring.sealingKeys('session');
  }

  /** @throws Problem `forbidden` for what the maker may not do */
  async create(request: SessionRequest, maker: Caller, now: number): Promise<{ session: Session; token: string }> {
    const { orgId, userId, integrations, expiresInSeconds } = request;
    requireMayActFor(maker, { orgId, userId });
    const possible = [...ALWAYS, ...WHERE_THE_MAKER_HAS_THEM.filter((scope) => maker.scopes.has(scope))];
    const scopes = request.scopes ?? possible;
    const refused = scopes.find((scope) => !possible.includes(scope));
    if (refused !== undefined)
      throw new Problem('forbidden', `A session that these credentials make cannot have the scope ${refused}.`);
    const session: Session = {
      id: `ses_${partitionOf(orgId)}${randomBytes(10).toString('hex')}`,
      orgId,
      userId,
      integrations,
      scopes,
      createdAt: now,
      expiresAt: Math.min(now + expiresInSeconds * 1000, maker.keyExpiresAt ?? Infinity),
      maker: maker.principal,
      webSession: maker.webSession,
    };
    await this.audit.record({
      type: 'session-made',
      actor: actorOf(maker),
      orgId,
      userId,
      detail: `${session.id}: ${scopes.join(', ')}`,
    });
    return { session, token: PREFIX + this.keys.seal(JSON.stringify(session), CONTEXT) };
  }

  /** @returns `null` for a token that is not ours, was changed, or has expired; that it was ended is for `isEnded` */
  read(token: string, now: number): Session | null {
    const opened = token.startsWith(PREFIX) ? this.keys.tryOpen(token.slice(PREFIX.length), CONTEXT) : null;
    const session = opened === null ? null : (JSON.parse(opened) as Session);
    return session === null || session.expiresAt <= now ? null : session;
  }

  /** Whether this service made the token, whenever that was. */
  isSealed(token: string): boolean {
    return token.startsWith(PREFIX) && this.keys.tryOpen(token.slice(PREFIX.length), CONTEXT) !== null;
  }

  /** @throws Problem `store-unavailable` */
  async isEnded({ id, orgId, userId, createdAt }: Session): Promise<boolean> {
    const partition = partitionOf(orgId);
    // Not `getMany`, which skips what cannot be read.
    const [one, all] = await Promise.all([
      this.store.get({ partition, key: endedKey(id) }),
      this.store.get({ partition, key: endedOfUserKey(orgId, userId) }),
    ]);
    return one !== null || (all !== null && createdAt <= Number(all));
  }

  /** From now on every replica refuses it. @throws Problem `not-found` for what is no id of a session of the caller's organizations */
  async end(id: string, caller: Caller): Promise<void> {
    const { orgIds } = caller;
    const partition = ID.exec(id)?.[1];
    if (partition === undefined || (orgIds !== null && !orgIds.some((orgId) => partitionOf(orgId) === partition)))
      throw new Problem('not-found', 'There is no session with this id.');
    await this.save(partition, endedKey(id), 'ended');
    // The id names its organization only by a hash.
    const orgId = orgIds?.find((name) => partitionOf(name) === partition) ?? null;
    await this.audit.record({ type: 'session-ended', actor: actorOf(caller), orgId, detail: id });
  }

  /** All that were made for a user until now. @throws Problem `forbidden` */
  async endOfUser(user: Pick<Session, 'orgId' | 'userId'>, caller: Caller, now: number): Promise<void> {
    requireMayActFor(caller, user);
    const { orgId, userId } = user;
    await this.save(partitionOf(orgId), endedOfUserKey(orgId, userId), String(now));
    await this.audit.record({ type: 'user-sessions-ended', actor: actorOf(caller), orgId, userId });
  }

  private async save(partition: string, key: string, value: string): Promise<void> {
    await this.store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs: MAX_SESSION_SECONDS * 1000 }] });
  }
}

function endedKey(id: string): string {
  return `session-ended:${id}`;
}

function endedOfUserKey(orgId: string, userId: string): string {
  return `sessions-ended:${digest([orgId, userId])}`;
}
