import { Injectable } from '@nestjs/common';
import { KeyValueStore } from '@causeway/store';
import type { OwnSubscriptions } from '../integrations/integration.js';
import { JOURNALS } from './journal-positions.js';

/** Far more than there are types in an account, and accounts in an app. */
const MAX = 1_000_000;

/** Which subscriptions to journals this service has made. */
@Injectable()
export class JournalOwnSubscriptions {
  constructor(private readonly store: KeyValueStore) {}

  of(integration: string): OwnSubscriptions {
    const index = `subscriptions:${integration}`;
    return {
      list: async () => new Set(await this.store.pageDescending(JOURNALS, index, { limit: MAX })),
      add: async (member) => {
        await this.store.commitIfUnchanged(JOURNALS, { addToIndex: [{ index, member }] });
      },
      remove: async (member) => {
        await this.store.commitIfUnchanged(JOURNALS, { removeFromIndex: [{ index, member }] });
      },
    };
  }
}
