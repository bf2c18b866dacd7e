import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type SealingKeys } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { KeyValueStore } from '@causeway/store';
import type { WebhookEventType } from './webhook-event.js';

/** An endpoint as it is stored, sealed. Times are milliseconds since the epoch. */
export interface EndpointRecord {
  id: string;
  url: string;
  /** `null`: all. */
  events: readonly WebhookEventType[] | null;
  orgIds: readonly string[] | null;
  description: string | null;
  createdAt: number;
  disabled: boolean;
  /** When the first of the attempts failed since which none succeeded. */
  failingSince: number | null;
  /** Newest first; earlier ones sign too until their end. */
  secrets: readonly { secret: string; until: number | null }[];
}

export const PARTITION = 'webhooks';
const INDEX = 'endpoints';
const PAGE = 500;
const MAX_RACES = 20;

@Injectable()
export class WebhookEndpoints {
  private readonly keys: SealingKeys;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.keys = keyring.sealingKeys('webhook');
  }

  async create(settings: Omit<EndpointRecord, 'id' | 'createdAt'>): Promise<EndpointRecord> {
    const record = { ...settings, id: `whe_${randomBytes(12).toString('hex')}`, createdAt: Date.now() };
    await this.store.commitIfUnchanged(PARTITION, {
      put: [{ key: keyOf(record.id), value: this.seal(record) }],
      addToIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    return record;
  }

  async find(id: string): Promise<EndpointRecord | null> {
    const value = await this.store.get({ partition: PARTITION, key: keyOf(id) });
    return value === null ? null : this.open(id, value);
  }

  /** Newest first. */
  async list(): Promise<EndpointRecord[]> {
    const all: EndpointRecord[] = [];
    for (let before: string | undefined; ;) {
      const members = await this.store.pageDescending(PARTITION, INDEX, { limit: PAGE, before });
      const ids = members.map((member) => member.slice(member.indexOf('.') + 1));
      const values = await this.store.getMany(ids.map((id) => ({ partition: PARTITION, key: keyOf(id) })));
      for (const [at, value] of values.entries()) {
        const id = ids[at];
        if (value !== null && id !== undefined) all.push(this.open(id, value));
      }
      before = members.at(-1);
      if (members.length < PAGE) return all;
    }
  }

  /** By compare-and-set. @throws Problem `unknown-endpoint` */
  async update(id: string, change: (record: EndpointRecord) => EndpointRecord): Promise<EndpointRecord> {
    const key = keyOf(id);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const value = await this.store.get({ partition: PARTITION, key });
      if (value === null) throw unknownEndpoint();
      const record = this.open(id, value);
      const changed = change(record);
      if (changed === record) return record;
      const put = [{ key, value: this.seal(changed) }];
      if (await this.store.commitIfUnchanged(PARTITION, { expect: [{ key, value }], put })) return changed;
    }
    throw new Problem('store-unavailable', 'Too many changes to one endpoint at the same time. Try again.');
  }

  async remove(record: EndpointRecord): Promise<void> {
    await this.store.commitIfUnchanged(PARTITION, {
      remove: [keyOf(record.id)],
      removeFromIndex: [{ index: INDEX, member: memberOf(record) }],
    });
  }

  private seal(record: EndpointRecord): string {
    return this.keys.seal(JSON.stringify(record), `endpoint ${record.id}`);
  }

  private open(id: string, sealed: string): EndpointRecord {
    return JSON.parse(this.keys.open(sealed, `endpoint ${id}`)) as EndpointRecord;
  }
}

export function hears({ events, orgIds }: EndpointRecord, type: WebhookEventType, orgId: string): boolean {
  return (events === null || events.includes(type)) && (orgIds === null || orgIds.includes(orgId));
}

export function secretsOf({ secrets }: EndpointRecord, now: number): string[] {
  return secrets.filter(({ until }) => until === null || until > now).map(({ secret }) => secret);
}

export function unknownEndpoint(): Problem {
  return new Problem('unknown-endpoint', 'There is no endpoint with this id; it may have been deleted.');
}

function keyOf(id: string): string {
  return `endpoint:${id}`;
}

function memberOf({ createdAt, id }: Pick<EndpointRecord, 'createdAt' | 'id'>): string {
  return `${createdAt.toString(36).padStart(9, '0')}.${id}`;
}
