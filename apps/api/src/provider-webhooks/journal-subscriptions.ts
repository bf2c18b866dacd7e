import { Injectable, Logger } from '@nestjs/common';
import { SERVICE } from '../access/actor.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import type { JournalAccount } from '../integrations/integration.js';
import { IntegrationSyncs } from '../syncs/integration-syncs.js';
import { WatchedContainers } from '../syncs/watched-containers.js';
import { reasonOf } from './hook-provisioning.js';
import { JournalOwnSubscriptions } from './journal-own-subscriptions.js';
import type { JournaledIntegration } from './journal-reader.js';

/** All syncs are looked at this often, by one process, which uses at most a hundredth of its time for it. */
const SWEEP_MS = 10_000;
const SWEEP_SHARE = 100;
/** What was refused, or is gone: a provider may forget the subscriptions of an account that uninstalls the app. */
const CHECK_MS = 10 * 60_000;
const RETRY_MS = 60_000;

interface WatchedAccount {
  types: Set<string>;
  hasUnknownTypes: boolean;
  connectionId: string;
  syncIds: string[];
}

/** What was subscribed to, of one integration. */
interface State {
  sweepAt: number;
  checkAt: number;
  /** Accounts with their types. */
  known: ReadonlySet<string>;
}

/** Lets journals tell of the accounts and item types that syncs hold, and of no other ones. */
@Injectable()
export class JournalSubscriptions {
  private readonly logger = new Logger('ProviderJournal');
  private readonly states = new Map<string, State>();

  constructor(
    private readonly syncs: IntegrationSyncs,
    private readonly watched: WatchedContainers,
    private readonly repository: ConnectionRepository,
    private readonly api: ConnectionApi,
    private readonly own: JournalOwnSubscriptions,
  ) {}

  /** Does something only from time to time. @throws UpstreamError or Problem where the provider or the store is not available */
  async settle(integration: JournaledIntegration): Promise<void> {
    const { id } = integration.configured.definition;
    const state = this.states.get(id) ?? { sweepAt: 0, checkAt: 0, known: new Set() };
    const now = Date.now();
    if (now < state.sweepAt) return;
    const accounts = await this.accountsOf(id);
    const sweepAt = now + Math.max(SWEEP_MS, SWEEP_SHARE * (Date.now() - now));
    const known = new Set(
      [...accounts].flatMap(([account, { types }]) => [...types].map((type) => `${account} ${type}`)),
    );
    const isKnown =
      now < state.checkAt && known.size === state.known.size && [...known].every((name) => state.known.has(name));
    // Also where subscribing fails.
    this.states.set(id, { ...state, sweepAt: isKnown ? sweepAt : Math.max(sweepAt, now + RETRY_MS) });
    if (isKnown) return;
    await this.subscribe(integration, accounts);
    this.states.set(id, { sweepAt, checkAt: now + CHECK_MS, known });
  }

  private async subscribe(
    { configured, journal, api }: JournaledIntegration,
    accounts: ReadonlyMap<string, WatchedAccount>,
  ): Promise<void> {
    const wanted: JournalAccount[] = [];
    for (const [id, { types, hasUnknownTypes, connectionId }] of accounts) {
      const record = await this.repository.read(connectionId);
      if (record !== null)
        wanted.push({ id, types, hasUnknownTypes, api: this.api.ofConnection(record, { actor: SERVICE }).api });
    }
    const { added, refused } = await journal.subscribe(api, wanted, this.own.of(configured.definition.id));
    for (const { what, error } of refused)
      this.logger.warn(`the journal of ${configured.definition.id} does not tell of ${what}: ${reasonOf(error)}`);
    // What has changed before it was subscribed to.
    for (const account of added)
      for (const syncId of accounts.get(account)?.syncIds ?? []) await this.watched.requestRun(syncId, 'changes');
  }

  private async accountsOf(integration: string): Promise<Map<string, WatchedAccount>> {
    const accounts = new Map<string, WatchedAccount>();
    for await (const { syncId, accountId, connectionId, types } of this.syncs.of(integration)) {
      const account = accounts.get(accountId) ?? newAccount(connectionId);
      accounts.set(accountId, account);
      account.syncIds.push(syncId);
      account.hasUnknownTypes ||= types === null;
      for (const type of types ?? []) account.types.add(type);
    }
    return accounts;
  }
}

function newAccount(connectionId: string): WatchedAccount {
  return { types: new Set(), hasUnknownTypes: false, connectionId, syncIds: [] };
}
