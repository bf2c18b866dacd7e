import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { KeyValueStore, type Change } from '@causeway/store';
import { SERVICE, type Actor } from '../access/actor.js';
import { AuditChain } from '../audit/audit-chain.js';
import type { AuditEventType } from '../audit/audit-event.js';
import { SealedRecords } from '../store/sealed-records.js';
import { SEALED, sealedWebhooks } from './sealed-webhooks.js';
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
const VERSION = 'endpoints-version';
const PAGE = 500;
const MAX_RACES = 20;

@Injectable()
export class WebhookEndpoints {
  private readonly sealed: SealedRecords;
  /** All of them, as they were at a version of the list. */
  private known: { version: string; endpoints: readonly EndpointRecord[] } | null = null;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
    private readonly audit: AuditChain,
  ) {
    this.sealed = sealedWebhooks(store, keyring);
  }

  async create(settings: Omit<EndpointRecord, 'id' | 'createdAt'>, actor: Actor): Promise<EndpointRecord> {
    const record = { ...settings, id: `whe_${randomBytes(12).toString('hex')}`, createdAt: Date.now() };
    await this.commit({
      put: [{ key: keyOf(record.id), value: this.seal(record) }],
      addToIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    await this.record('endpoint-made', record, actor);
    return record;
  }

  /** @throws Problem `store-unavailable` if it is there, but sealed with a key that is not configured */
  async find(id: string): Promise<EndpointRecord | null> {
    const value = await this.store.get({ partition: PARTITION, key: keyOf(id) });
    return value === null ? null : this.open(id, value);
  }

  /** Newest first. Read anew only where one has changed. One that this process cannot read takes nothing from the others. */
  async list(): Promise<readonly EndpointRecord[]> {
    const version = await this.store.get({ partition: PARTITION, key: VERSION });
    if (version === null) return [];
    if (this.known?.version !== version) this.known = { version, endpoints: await this.readAll() };
    return this.known.endpoints;
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
      if (await this.commit({ expect: [{ key, value }], put })) return changed;
    }
    throw new Problem('store-unavailable', 'Too many changes to one endpoint at the same time. Try again.');
  }

  /** By the service itself. @returns the endpoint as it is then; as it was if it is gone, or cannot be read */
  async disable(endpoint: EndpointRecord, reason: string): Promise<EndpointRecord> {
    let wasDisabled = true;
    const change = (record: EndpointRecord) => {
      wasDisabled = record.disabled;
      return wasDisabled ? record : { ...record, disabled: true };
    };
    const disabled = await this.update(endpoint.id, change).catch(() => null);
    if (disabled !== null && !wasDisabled) await this.record('endpoint-disabled', disabled, SERVICE, reason);
    return disabled ?? { ...endpoint, disabled: true };
  }

  async remove(record: EndpointRecord, actor: Actor): Promise<void> {
    await this.commit({
      remove: [keyOf(record.id)],
      removeFromIndex: [{ index: INDEX, member: memberOf(record) }],
    });
    await this.record('endpoint-deleted', record, actor);
  }

  /** In the audit log of each organization that it hears. The path and the query of its URL may be secret. */
  record(
    type: Extract<AuditEventType, `endpoint-${string}`>,
    { id, url, orgIds }: EndpointRecord,
    actor: Actor,
    what?: string,
  ): Promise<void> {
    const detail = [`${id} ${new URL(url).host}`, ...(what === undefined ? [] : [what])].join(': ');
    return this.audit.recordForEach(orgIds, { type, actor, detail });
  }

  private async readAll(): Promise<EndpointRecord[]> {
    const all: EndpointRecord[] = [];
    for (let before: string | undefined; ;) {
      const members = await this.store.pageDescending(PARTITION, INDEX, { limit: PAGE, before });
      const refs = members.map((member) => ({ partition: PARTITION, key: keyOf(idOf(member)) }));
      for (const [at, value] of (await this.store.getMany(refs)).entries()) {
        const ref = refs[at];
        const record = value === null || ref === undefined ? null : this.sealed.open<EndpointRecord>(ref, value);
        if (record !== null) all.push(record);
      }
      before = members.at(-1);
      if (members.length < PAGE) return all;
    }
  }

  private commit(change: Change): Promise<boolean> {
    const put = [...(change.put ?? []), { key: VERSION, value: randomBytes(9).toString('base64url') }];
    return this.store.commitIfUnchanged(PARTITION, { ...change, put });
  }

  private seal(record: EndpointRecord): string {
    return this.sealed.seal({ partition: PARTITION, key: keyOf(record.id) }, record);
  }

  private open(id: string, value: string): EndpointRecord {
    const record = this.sealed.open<EndpointRecord>({ partition: PARTITION, key: keyOf(id) }, value);
    if (record === null)
      throw new Problem('store-unavailable', 'This endpoint was stored with another encryption key.');
    return record;
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
  return `${SEALED}endpoint:${id}`;
}

function idOf(member: string): string {
  return member.slice(member.indexOf('.') + 1);
}

function memberOf({ createdAt, id }: Pick<EndpointRecord, 'createdAt' | 'id'>): string {
  return `${createdAt.toString(36).padStart(9, '0')}.${id}`;
}
