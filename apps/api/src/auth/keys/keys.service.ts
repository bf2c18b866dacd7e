import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { KeyValueStore } from '@causeway/store';
import { hashOfKey, idOfApiKey, isSameKey, newApiKey, type ApiKeyRecord } from './api-key.js';

/** Keys belong to the operator, not to an organization. */
const PARTITION = 'keys';
const INDEX = 'keys';
const PAGE = 500;

@Injectable()
export class KeysService {
  constructor(private readonly store: KeyValueStore) {}

  /** @returns the key itself, which is shown only once and stored only as a hash. */
  async create(
    request: Pick<ApiKeyRecord, 'name' | 'scopes' | 'orgIds' | 'expiresAt'>,
  ): Promise<{ key: string; record: ApiKeyRecord }> {
    const { id, key } = newApiKey();
    const record = { id, ...request, createdAt: Date.now(), hash: hashOfKey(key).toString('base64url') };
    await this.store.commitIfUnchanged(PARTITION, {
      put: [{ key: keyOf(id), value: JSON.stringify(record) }],
      addToIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    return { key, record };
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

  /** @throws Problem `not-found` */
  async revoke(id: string): Promise<void> {
    const value = await this.store.get({ partition: PARTITION, key: keyOf(id) });
    if (value === null)
      throw new Problem('not-found', 'There is no key with this id; it may have been revoked before.');
    await this.store.commitIfUnchanged(PARTITION, {
      remove: [keyOf(id)],
      removeFromIndex: [{ index: INDEX, member: memberOf(JSON.parse(value) as ApiKeyRecord) }],
    });
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
}

function keyOf(id: string): string {
  return `key:${id}`;
}

function memberOf({ createdAt, id }: Pick<ApiKeyRecord, 'createdAt' | 'id'>): string {
  return `${createdAt.toString(36).padStart(9, '0')}.${id}`;
}

function idOfMember(member: string): string {
  return member.slice(member.indexOf('.') + 1);
}
