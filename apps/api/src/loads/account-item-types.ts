import { Injectable } from '@nestjs/common';
import { UpstreamError } from '@causeway/http-client';
import { ConnectionApi, type ApiOptions } from '../connections/connection-api.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import type { ItemType } from '../integrations/integration-definition.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';

/** The item types of an account: those of its integration, and those that only this account has. */
@Injectable()
export class AccountItemTypes {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
  ) {}

  /** Asks the provider only if one of `types` is not the integration's. */
  async of(record: ConnectionRecord, types: readonly string[], options: ApiOptions): Promise<readonly ItemType[]> {
    const { integration, definition } = this.registry.configured(record.integration);
    const known = definition.itemTypes;
    if (types.every((type) => known.some((itemType) => itemType.type === type))) return known;
    try {
      return [...known, ...(await integration.customItemTypes(this.api.ofConnection(record, options)))];
    } catch (error) {
      // Without access to them, this account has none.
      if (error instanceof UpstreamError && ['forbidden', 'missing'].includes(error.reason)) return known;
      throw error;
    }
  }
}
