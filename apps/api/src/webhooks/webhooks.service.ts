import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import { actorOf } from '../access/actor.js';
import type { Caller } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { isoTime } from '../dto/iso-time.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import { Deliveries, type DeliveryRecord } from './deliveries.js';
import { DeliveryWorker } from './delivery-worker.js';
import { isPrivateHost } from './public-address.js';
import { unknownEndpoint, WebhookEndpoints, type EndpointRecord } from './webhook-endpoints.js';
import { newSecret } from './webhook-signature.js';
import {
  DeliveryDto,
  type CreateEndpointDto,
  type DeliveryPage,
  type DeliveryQuery,
  type UpdateEndpointDto,
} from './webhook.dto.js';

/** A page of the list ends after so many deliveries of another status. */
const MAX_LOOKED_AT = 5_000;
const PAGE = 500;
const MAX_RACES = 10;

@Injectable()
export class WebhooksService {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: Deliveries,
    private readonly worker: DeliveryWorker,
    private readonly keyring: Keyring,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  /** @throws Problem `forbidden` for organizations that the caller may not act for */
  async create(
    { url, events, orgIds, description }: CreateEndpointDto,
    caller: Caller,
  ): Promise<{ endpoint: EndpointRecord; secret: string }> {
    this.checkUrl(url);
    const secret = newSecret();
    const settings = {
      url,
      events: events ?? null,
      orgIds: allowed(orgIds ?? caller.orgIds, caller),
      description: description ?? null,
      disabled: false,
      failingSince: null,
      secrets: [{ secret, until: null }],
    };
    const endpoint = await this.endpoints.create(settings, actorOf(caller));
    return { endpoint, secret };
  }

  async list(caller: Caller): Promise<EndpointRecord[]> {
    requireNoSession(caller);
    return (await this.endpoints.list()).filter((endpoint) => isWithin(endpoint.orgIds, caller));
  }

  /** Somebody else's endpoint is unknown, as if it did not exist. @throws Problem `unknown-endpoint` */
  async get(id: string, caller: Caller): Promise<EndpointRecord> {
    requireNoSession(caller);
    const endpoint = await this.endpoints.find(id);
    if (endpoint === null || !isWithin(endpoint.orgIds, caller)) throw unknownEndpoint();
    return endpoint;
  }

  async change(id: string, change: UpdateEndpointDto, caller: Caller): Promise<EndpointRecord> {
    const before = await this.get(id, caller);
    const { url, events, orgIds, description, disabled } = change;
    if (url !== undefined) this.checkUrl(url);
    if (orgIds !== undefined) allowed(orgIds, caller);
    const changed = await this.endpoints.update(id, (record) => ({
      ...record,
      ...(url !== undefined && { url }),
      ...(events !== undefined && { events }),
      ...(orgIds !== undefined && { orgIds }),
      ...(description !== undefined && { description }),
      ...(disabled !== undefined && { disabled }),
      ...(disabled === false && { failingSince: null }),
    }));
    this.worker.wake();
    const type = changed.disabled && !before.disabled ? 'endpoint-disabled' : 'endpoint-changed';
    // A property that is not given is there, and undefined.
    const given = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    await this.endpoints.record(type, changed, actorOf(caller), given.join(', '));
    return changed;
  }

  async remove(id: string, caller: Caller): Promise<void> {
    await this.endpoints.remove(await this.get(id, caller), actorOf(caller));
    await this.deliveries.forget(id, Date.now() + 1);
  }

  async rotate(id: string, overlapSeconds: number, caller: Caller): Promise<string> {
    await this.get(id, caller);
    const secret = newSecret();
    const now = Date.now();
    const end = now + overlapSeconds * 1000;
    const rotated = await this.endpoints.update(id, (record) => {
      const earlier = record.secrets.map((old) => ({ ...old, until: Math.min(old.until ?? end, end) }));
      return { ...record, secrets: [{ secret, until: null }, ...earlier.filter(({ until }) => until > now)] };
    });
    await this.endpoints.record('endpoint-secret-rotated', rotated, actorOf(caller));
    return secret;
  }

  async test(id: string, caller: Caller): Promise<DeliveryDto> {
    const endpoint = await this.get(id, caller);
    const at = Date.now();
    const delivery = DeliveryWorker.claim({
      id: `msg_${randomBytes(16).toString('hex')}`,
      event: 'endpoint.test',
      body: JSON.stringify({ type: 'endpoint.test', timestamp: isoTime(at), data: { endpointId: id } }),
      createdAt: at,
      status: 'pending',
      attempts: [],
      failures: 0,
      dueAt: at,
      isClaimed: false,
    });
    const claimed = await this.deliveries.add(id, delivery);
    return DeliveryDto.of(await this.worker.attempt(endpoint, claimed));
  }

  async listDeliveries(id: string, { status, limit, cursor }: DeliveryQuery, caller: Caller): Promise<DeliveryPage> {
    await this.get(id, caller);
    const list = `webhook deliveries ${JSON.stringify([id, status])}`;
    let before = cursor === undefined ? undefined : openCursor<string>(this.keyring, list, cursor);
    const found: DeliveryRecord[] = [];
    for (let lookedAt = 0; ; lookedAt += limit) {
      const { deliveries, next } = await this.deliveries.page(id, { before, limit });
      for (const { member, delivery } of deliveries) {
        if (status !== undefined && delivery.status !== status) continue;
        found.push(delivery);
        if (found.length < limit) continue;
        const isLast = next === null && member === deliveries.at(-1)?.member;
        return {
          deliveries: found.map((each) => DeliveryDto.of(each)),
          nextCursor: isLast ? null : this.cursor(list, member),
        };
      }
      if (next !== null && lookedAt < MAX_LOOKED_AT) {
        before = next;
        continue;
      }
      return {
        deliveries: found.map((each) => DeliveryDto.of(each)),
        nextCursor: next === null ? null : this.cursor(list, next),
      };
    }
  }

  async redeliver(id: string, deliveryId: string, caller: Caller): Promise<DeliveryDto> {
    requireEnabled(await this.get(id, caller));
    const delivery = await this.deliveries.find(id, deliveryId);
    if (delivery === null) throw new Problem('not-found', 'There is no delivery with this id at this endpoint.');
    const queued = (await this.queue(id, deliveryId)) ?? delivery;
    this.worker.wake();
    return DeliveryDto.of(queued);
  }

  async recover(id: string, since: Date, caller: Caller): Promise<void> {
    requireEnabled(await this.get(id, caller));
    for (let before: string | undefined; ;) {
      const { deliveries, next } = await this.deliveries.page(id, { before, limit: PAGE });
      await Promise.all(
        deliveries
          .filter(({ delivery: { createdAt, status } }) => createdAt >= since.getTime() && status !== 'delivered')
          .map(({ delivery }) => this.queue(id, delivery.id)),
      );
      const last = deliveries.at(-1)?.delivery.createdAt ?? Infinity;
      if (next === null || last < since.getTime()) break;
      before = next;
    }
    this.worker.wake();
  }

  /** Due now, with the whole schedule before it. One that is being attempted goes on. */
  private async queue(id: string, deliveryId: string): Promise<DeliveryRecord | null> {
    for (let race = 0; race < MAX_RACES; race += 1) {
      let isBusy = false;
      const queued = await this.deliveries.change(id, deliveryId, (delivery) => {
        isBusy = delivery.isClaimed;
        return isBusy ? null : { ...delivery, status: 'pending', failures: 0, dueAt: Date.now() };
      });
      if (queued !== null || isBusy) return queued;
    }
    return null;
  }

  private cursor(list: string, member: string): string {
    return sealCursor(this.keyring, list, member);
  }

  /** A name is looked up when it is connected to. @throws Problem `invalid-request` */
  private checkUrl(url: string): void {
    if (this.config.webhookPrivateAddresses) return;
    const { protocol, hostname } = new URL(url);
    if (protocol === 'https:' && !isPrivateHost(hostname)) return;
    const detail = protocol === 'https:' ? 'leads to a private address' : 'has to be an https URL';
    throw new Problem('invalid-request', `"url" ${detail}.`, { errors: [{ pointer: '/url', detail }] });
  }
}

/** @throws Problem `forbidden` */
function allowed(orgIds: readonly string[] | null, caller: Caller): readonly string[] | null {
  requireNoSession(caller);
  if (isWithin(orgIds, caller)) return orgIds;
  throw new Problem('forbidden', 'Name "orgIds" out of the organizations that your credentials are limited to.');
}

function isWithin(orgIds: readonly string[] | null, caller: Caller): boolean {
  const { orgIds: own } = caller;
  return own === null || (orgIds !== null && orgIds.every((orgId) => own.includes(orgId)));
}

function requireNoSession({ kind }: Caller): void {
  if (kind === 'session') throw new Problem('forbidden', 'Sessions have no part in webhook endpoints.');
}

function requireEnabled({ disabled }: EndpointRecord): void {
  if (disabled) throw new Problem('invalid-request', 'This endpoint is disabled: set "disabled" to false first.');
}
