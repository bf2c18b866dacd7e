import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import { startService, type MockProviders, type Service } from '@causeway/testing';
import { Apps } from './apps.js';
import { connect } from './connect.js';
import { EditedAccount } from './edited-account.js';
import { eventually } from './eventually.js';
import { Feed } from './feed.js';
import { ADMIN_KEY } from './production.js';
import { ended, runsOf } from './sync-runs.js';
import { someone } from './users.js';

type Variants = NonNullable<Parameters<Apps['become']>[1]>;

/** Longer than a process waits at the end of a journal, and than another one waits for its lease. */
export const POLLED_MS = 40_000;

/** A service that reads HubSpot's journal, with an app of its own, and without an address for webhooks. */
export class JournaledService {
  private constructor(
    private readonly mockProviders: MockProviders,
    private readonly apps: Apps,
    /** The keys of the store are in it. */
    private readonly own: Record<string, string>,
    readonly service: Service,
  ) {}

  static async start(
    mockProviders: MockProviders,
    env: Record<string, string> = {},
    variants: Variants = {},
  ): Promise<JournaledService> {
    const apps = new Apps(mockProviders);
    await apps.become('hubspot', variants);
    const own = { ...apps.environment(), HUBSPOT_WEBHOOKS_JOURNAL: 'on' };
    return new JournaledService(mockProviders, apps, own, await startService({ env: { ...own, ...env } }));
  }

  get clientId(): string {
    return this.apps.clientOf('hubspot').clientId;
  }

  get secret(): string {
    return this.apps.clientOf('hubspot').clientSecret;
  }

  /** What further processes with the same app and store need. */
  get environment(): Record<string, string> {
    return this.own;
  }

  get client(): CausewayClient {
    return createCauseway({ baseUrl: this.service.url, apiKey: ADMIN_KEY });
  }

  async journal() {
    const { subscriptions, entries } = await this.mockProviders.journal();
    const isOwn = ({ clientId }: { clientId: string }) => clientId === this.clientId;
    return { subscriptions: subscriptions.filter(isOwn), entries: entries.filter(isOwn) };
  }

  /** A sync of the contacts of an account of its own, of which the journal tells. */
  async synced() {
    const account = await EditedAccount.create(this.mockProviders, 'hubspot');
    const user = someone();
    const connection = await connect(this.client, 'hubspot', user, { account: account.id });
    const body = { connectionId: connection.id, types: ['contact'], everySeconds: 604_800 };
    const sync = await unwrap(this.client.POST('/syncs', { body }));
    await eventually(async () => {
      const { subscriptions } = await this.journal();
      expect(subscriptions.filter(({ portalId }) => portalId === Number(account.id))).toHaveLength(2);
    }, POLLED_MS);
    // What has changed before it was subscribed to is read once.
    await ended(this.client, sync.id, 2);
    const feed = new Feed(this.client, sync.id);
    const ids = (await feed.read()).map(({ id }) => id);
    const change = (item: object) =>
      this.mockProviders.change({ provider: 'hubspot', account: account.id, type: 'contacts', ...item });
    /** @returns the id of a contact that HubSpot does not have any more, of which it tells nothing */
    const remove = async () => {
      await account.resize(account.rules.fewer);
      const { items } = await unwrap(
        this.client.GET('/syncs/{id}/items', { params: { path: { id: sync.id }, query: { limit: 100 } } }),
      );
      for (const item of items) if ((await account.presence(item)) === 'gone') return item.id;
      throw new Error('All contacts are there.');
    };
    const kinds = async () => (await runsOf(this.client, sync.id)).map(({ kind }) => kind);
    return { user, account: account.id, sync: sync.id, feed, ids, change, remove, kinds };
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  metric = async (name: string): Promise<number[]> =>
    (await (await fetch(`${this.service.url}/metrics`)).text())
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => Number(line.split(' ').at(-1)));
}
