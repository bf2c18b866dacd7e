import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { SERVICE } from '../access/actor.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { ConnectionCredentials } from '../connections/connection-credentials.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { SharedGrants } from '../connections/shared-grants.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import type { ChangedItem, ProviderEvent } from '../integrations/provider-webhook.js';
import { ToldItems } from '../syncs/told-items.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { HookReader, type ReadHook } from './hook-reader.js';
import { identityOf, type ReceivedWebhook } from './received-webhooks.js';

/** What follows from the events of providers, for every connection that they are for. */
@Injectable()
export class ProviderEvents {
  constructor(
    private readonly repository: ConnectionRepository,
    private readonly credentials: ConnectionCredentials,
    private readonly grants: SharedGrants,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly outbox: WebhookOutbox,
    private readonly items: ToldItems,
    private readonly hooks: HookReader,
  ) {}

  /**
   * May be done again: nothing happens twice.
   * @returns false: a run of a sync goes on, and it has to be done again afterwards
   * @throws Problem or UpstreamError where something is not available now
   */
  async process({ integration, events, receivedAt }: ReceivedWebhook): Promise<boolean> {
    const changed = new Map<string, { record: ConnectionRecord; items: ChangedItem[] }>();
    const reads: ReadHook[] = [];
    for (const event of events) {
      const read = event.hook === undefined ? null : await this.hooks.read(integration, event.hook.id);
      if (read !== null) reads.push(read);
      for await (const record of this.connectionsOf(integration, event, read)) {
        if (event.ended !== undefined) await this.endGrant(record, event, event.occurredAt ?? receivedAt);
        await this.forward(record, event);
        const known = changed.get(record.id) ?? { record, items: [] };
        known.items.push(...event.items, ...(read?.items ?? []));
        changed.set(record.id, known);
      }
    }
    let isDone = true;
    for (const { record, items } of changed.values()) isDone = (await this.applyChanges(record, items)) && isDone;
    if (isDone) for (const read of reads) await this.hooks.advance(read);
    return isDone;
  }

  private async *connectionsOf(
    integration: string,
    { for: recipients }: ProviderEvent,
    read: ReadHook | null,
  ): AsyncGenerator<ConnectionRecord, void> {
    if ('connectionId' in recipients) {
      for (const id of read?.hook.watchers.connectionIds ?? [recipients.connectionId]) {
        const record = await this.repository.read(id);
        if (record !== null) yield record;
      }
      return;
    }
    const { accounts, grants, grantees } = recipients;
    const fingerprints =
      grants && (await Promise.all(grants.map((grant) => this.grants.fingerprint(integration, grant))));
    for (const account of new Set(accounts)) {
      for await (const record of this.repository.ofAccount(integration, account)) {
        // Nobody else may see the event. Records of older versions do not say whose grant they are.
        const isOfGrant = fingerprints === undefined || fingerprints.includes(record.grant ?? '');
        const isOfGrantee = grantees === undefined || grantees.includes(record.grantee ?? '');
        if (isOfGrant && isOfGrantee) yield record;
      }
    }
  }

  private async endGrant(record: ConnectionRecord, { ended, type }: ProviderEvent, at: number): Promise<void> {
    const { grantee } = record;
    if (ended === 'all' || (grantee !== undefined && ended?.grantees.includes(grantee)))
      return this.credentials.markEnded(record, type, at);
    if (grantee !== undefined || record.problem !== null) return;
    // It may be one of those: what the provider refuses is marked.
    const { integration } = this.registry.configured(record.integration);
    await integration.probe(this.api.ofConnection(record, { actor: SERVICE }).api).catch(() => undefined);
  }

  private async forward(record: ConnectionRecord, event: ProviderEvent): Promise<void> {
    const { id: connectionId, integration } = record;
    const name = hash('sha256', `${identityOf(integration, event)} ${connectionId}`, 'hex').slice(0, 32);
    const data = { integration, connectionId, event: event.content };
    await this.outbox.publish('provider.event', record, data, `msg_${name}`);
  }

  private async applyChanges(record: ConnectionRecord, items: readonly ChangedItem[]): Promise<boolean> {
    try {
      const current = items.length === 0 ? null : await this.repository.read(record.id);
      return current === null || (await this.items.apply(current, items));
    } catch (error) {
      // Its syncs wait until it is authorized again, and look at everything then.
      const isBroken =
        error instanceof Problem && ['needs-reconnect', 'integration-not-configured'].includes(error.slug);
      if (isBroken) return true;
      throw error;
    }
  }
}
