import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Ref } from '@causeway/store';
import type { Scope } from '../../access/access.decorator.js';
import { actorOf, type Actor } from '../../access/actor.js';
import type { Caller } from '../../access/caller.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { hashOfKey, idOfApiKey, isSameKey, newApiKey, type ApiKeyRecord } from './api-key.js';

/** Keys belong to the operator, not to an organization. */
const PARTITION = 'keys';
const INDEX = 'keys';
const PAGE = 500;

export type KeyRequest = Pick<ApiKeyRecord, 'name' | 'scopes' | 'orgIds' | 'expiresAt'>;

@Injectable()
export class KeysService {
  constructor(
    private readonly store: KeyValueStore,
    private readonly audit: AuditChain,
  ) {}

  /** @throws Problem `forbidden` for a key that may do more than its maker */
  createFor(maker: Caller, request: KeyRequest): Promise<{ key: string; record: ApiKeyRecord }> {
    requireMayGrant(maker, request);
    return this.create(request, actorOf(maker));
  }

  /** @returns the key itself, which is shown only once and stored only as a hash. */
  async create(request: KeyRequest, maker: Actor): Promise<{ key: string; record: ApiKeyRecord }> {
    const { id, key } = newApiKey();
    const record = { id, ...request, createdAt: Date.now(), hash: hashOfKey(key).toString('base64url') };
    await this.store.commitIfUnchanged(PARTITION, {
      put: [{ key: keyOf(id), value: JSON.stringify(record) }],
      addToIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    await this.record('key-made', record, maker);
    return { key, record };
  }

  /** Those of the caller's organizations, newest first. */
  async listFor(caller: Caller): Promise<ApiKeyRecord[]> {
    return (await this.list()).filter((record) => isWithin(caller, record));
  }

  /** Newest first. */
  async list(): Promise<ApiKeyRecord[]> {
    const all: ApiKeyRecord[] = [];
    for (let before: string | undefined; ;) {
      const members = await this.store.pageDescending(PARTITION, INDEX, {
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      const values = await this.store.getMany(
        members.map((member) => ({ partition: PARTITION, key: keyOf(idOfMember(member)) })),
      );
      all.push(...values.flatMap((value) => (value === null ? [] : [JSON.parse(value) as ApiKeyRecord])));
      before = members.at(-1);
      if (members.length < PAGE) return all;
    }
  }

  /** @throws Problem `not-found`, also for a key of other organizations */
  async revokeFor(caller: Caller, id: string): Promise<void> {
    const value = await this.store.get({ partition: PARTITION, key: keyOf(id) });
    const record = value === null ? null : (JSON.parse(value) as ApiKeyRecord);
    if (record === null || !isWithin(caller, record))
      throw new Problem('not-found', 'There is no key with this id; it may have been revoked before.');
    await this.store.commitIfUnchanged(PARTITION, {
      remove: [keyOf(id)],
      removeFromIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    await this.record('key-revoked', record, actorOf(caller));
  }

  /** @returns `null` for an unknown, revoked or expired key */
  async find(key: string, now: number): Promise<ApiKeyRecord | null> {
    const id = idOfApiKey(key);
    const record = id === null ? null : await this.findById(id, now);
    return record !== null && isSameKey(Buffer.from(record.hash, 'base64url'), key) ? record : null;
  }

  /** For a web session: the key's secret was verified at its sign-in. */
  async findById(id: string, now: number): Promise<ApiKeyRecord | null> {
    const value = await this.store.get({ partition: PARTITION, key: keyOf(id) });
    const record = value === null ? null : (JSON.parse(value) as ApiKeyRecord);
    return record === null || (record.expiresAt !== null && record.expiresAt <= now) ? null : record;
  }

  private record(type: 'key-made' | 'key-revoked', { id, scopes, orgIds }: ApiKeyRecord, actor: Actor): Promise<void> {
    const detail = `${id}: ${scopes.join(', ')}`;
    return this.audit.recordForEach(orgIds, { type, actor, detail });
  }
}

/** Whether a key is for no other organizations than the caller. */
function isWithin({ orgIds }: Caller, key: Pick<ApiKeyRecord, 'orgIds'>): boolean {
  return orgIds === null || (key.orgIds !== null && key.orgIds.every((orgId) => orgIds.includes(orgId)));
}

/** Scopes with which a key that was made with a copied cookie would be worth more than the cookie. */
const NOT_BY_COOKIE: readonly Scope[] = ['credentials:read', 'proxy', 'admin'];

function requireMayGrant(maker: Caller, request: KeyRequest): void {
  const { scopes, expiresAt } = request;
  if (maker.webSession !== null && scopes.some((scope) => NOT_BY_COOKIE.includes(scope))) {
    throw new Problem(
      'forbidden',
      `A key with ${NOT_BY_COOKIE.join(', ')} is not made with a cookie. Send your own key with the request: "Authorization: Bearer <key>".`,
    );
  }
  const missing = scopes.find((scope) => !maker.scopes.has(scope));
  if (missing !== undefined)
    throw new Problem('forbidden', `Your credentials do not have the scope ${missing}, so a key of theirs cannot.`);
  if (!isWithin(maker, request))
    throw new Problem('forbidden', 'Name "orgIds", out of the organizations that your credentials are limited to.');
  if (maker.keyExpiresAt !== null && (expiresAt === null || expiresAt > maker.keyExpiresAt))
    throw new Problem('forbidden', 'Your credentials expire: name an "expiresAt" that is not after their end.');
}

function keyOf(id: string): string {
  return `key:${id}`;
}

export function isKeyRecord({ partition, key }: Ref): boolean {
  return partition === PARTITION && key.startsWith(keyOf(''));
}

/** A copy that was made under writes may have a key that the list does not name: nobody would see it. */
export async function listKey(store: KeyValueStore, text: string): Promise<void> {
  const member = memberOf(JSON.parse(text) as ApiKeyRecord);
  await store.commitIfUnchanged(PARTITION, { addToIndex: [{ index: INDEX, member }] });
}

function memberOf({ createdAt, id }: Pick<ApiKeyRecord, 'createdAt' | 'id'>): string {
  return `${createdAt.toString(36).padStart(9, '0')}.${id}`;
}

function idOfMember(member: string): string {
  return member.slice(member.indexOf('.') + 1);
}
