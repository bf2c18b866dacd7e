import { unwrap, verifyWebhook, type CausewayClient, type WebhookEvent } from '@causeway/client';
import {
  startMockProviders,
  startPostgres,
  startRedis,
  startWebhookReceiver,
  type MockProviders,
  type MockProvidersProcess,
  type PostgresServer,
  type RedisServer,
  type WebhookReceiver,
} from '@causeway/testing';
import { unlimited } from './production.js';
import type { User } from './users.js';

export const STORES = ['embedded', 'redis'] as const;
export type StoreKind = (typeof STORES)[number];

interface Stoppable {
  stop(): Promise<unknown>;
}

/** What suites of webhooks have in common: mock providers, a receiver, and servers for both kinds of stores. */
export class WebhookSuite {
  private databases = 0;
  private readonly services: Stoppable[] = [];

  private constructor(
    private readonly providers: MockProvidersProcess,
    readonly redis: RedisServer,
    private readonly postgres: PostgresServer,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<WebhookSuite> {
    const suite = new WebhookSuite(
      ...(await Promise.all([
        startMockProviders(),
        startRedis({ appendOnly: true }),
        startPostgres(),
        startWebhookReceiver(),
      ])),
    );
    await unlimited(suite.mockProviders);
    return suite;
  }

  get mockProviders(): MockProviders {
    return this.providers.mockProviders;
  }

  /** The environment of services with a store that no other ones use: Redis with PostgreSQL, or the embedded store. */
  async store(kind: StoreKind): Promise<Record<string, string>> {
    if (kind === 'embedded') return {};
    const database = this.databases++;
    return { REDIS_URL: `${this.redis.url}/${database}`, DATABASE_URL: (await this.postgres.database()).url };
  }

  /** A service for each kind of store, until the suite stops. */
  async forEachStore<S extends Stoppable>(
    start: (store: Record<string, string>) => Promise<S>,
  ): Promise<Record<StoreKind, S>> {
    const started = async (kind: StoreKind) => {
      const service = await start(await this.store(kind));
      this.services.push(service);
      return service;
    };
    return { embedded: await started('embedded'), redis: await started('redis') };
  }

  /** An endpoint that hears the organization of this user, at an address of its own. */
  async endpointFor(
    client: CausewayClient,
    { orgId }: User,
    settings: { events?: Exclude<WebhookEvent['type'], 'endpoint.test'>[] } = {},
  ) {
    const url = `${this.receiver.url}/${orgId}`;
    const endpoint = await unwrap(client.POST('/webhook-endpoints', { body: { url, orgIds: [orgId], ...settings } }));
    const received = () => this.receiver.received.filter((webhook) => webhook.path === new URL(url).pathname);
    const events = () =>
      Promise.all(received().map(({ headers, body }) => verifyWebhook(endpoint.secret, { headers, body })));
    const eventsOf = async (type: WebhookEvent['type']) => (await events()).filter((event) => event.type === type);
    return { endpoint, received, events, eventsOf };
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await Promise.all([this.providers.stop(), this.redis.stop(), this.postgres.stop(), this.receiver.stop()]);
  }
}
