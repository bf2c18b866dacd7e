import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startRedis,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { connect } from './connect.js';
import { someone, type User } from './users.js';
import { ADMIN_KEY, encryptionKeys, startProduction, unlimited } from './production.js';

/** Two replicas, and organizations that have all connected the same account, so that they share its rate limit. */
export class TenantsUnderLoad {
  private constructor(
    private readonly mockProcess: MockProvidersProcess,
    private readonly redis: RedisServer,
    private readonly services: Service[],
    private readonly clients: CausewayClient[],
    readonly organizations: User[],
    readonly rateLimit: { requests: number; seconds: number },
  ) {}

  /** @param strictness what part of its period the mock provider counts: less than 1 tolerates requests that a busy machine sends late */
  static async start(
    size: number,
    rateLimit: { requests: number; seconds: number },
    strictness = 1,
  ): Promise<TenantsUnderLoad> {
    const [mockProcess, redis] = await Promise.all([startMockProviders(), startRedis()]);
    const mockProviders = await unlimited(mockProcess.mockProviders);
    const [account] = await mockProviders.accounts('hubspot');
    await mockProviders.resize({ provider: 'hubspot', account: account?.id ?? '', sizes: { contacts: 1_000_000 } });
    const rate = `${rateLimit.requests}/${rateLimit.seconds}`;
    const env = { REDIS_URL: redis.url, HUBSPOT_RATE_LIMIT: rate, ENCRYPTION_KEYS: encryptionKeys() };
    const first = await startProduction(mockProviders, env);
    const second = await startProduction(mockProviders, { ...env, PUBLIC_URL: first.url });
    const clients = [first, second].map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY }));
    const tenants = new TenantsUnderLoad(mockProcess, redis, [first, second], clients, [], rateLimit);
    while (tenants.organizations.length < size) {
      const user = someone();
      await connect(tenants.clientOf(tenants.organizations.length), 'hubspot', user, { account: account?.id ?? '' });
      tenants.organizations.push(user);
      // Reads what is remembered of an account (owners), so that a page is one request.
      await tenants.page(tenants.organizations.length - 1, null, 99);
    }
    // The requests of the authorizations no longer count when the test begins.
    await new Promise((resolve) => setTimeout(resolve, rateLimit.seconds * 1_100 + 200));
    await mockProviders.limit({
      provider: 'hubspot',
      limit: { ...rateLimit, seconds: rateLimit.seconds * strictness },
    });
    await mockProviders.clearLog();
    return tenants;
  }

  /** Loads one page, with one request to the provider. @returns the cursor of the next page */
  async page(organization: number, cursor: string | null, limit = 100): Promise<string | null> {
    const { data, error } = await this.clientOf(organization).POST('/integrations/{integration}/load', {
      params: { path: { integration: 'hubspot' } },
      body: { ...this.organizations[organization]!, types: ['contact'], limit, ...(cursor === null ? {} : { cursor }) },
    });
    if (data === undefined) throw new Error(`load: ${JSON.stringify(error)}`);
    return data.nextCursor;
  }

  /** All organizations load at once, page after page, until `pages` have been requested. @returns the pages of each */
  async load(pages: number, onPage: (organization: number) => void = () => {}): Promise<number[]> {
    const counts = this.organizations.map(() => 0);
    let requested = 0;
    const loading = async (organization: number) => {
      for (let cursor: string | null = null; requested < pages;) {
        requested += 1;
        cursor = await this.page(organization, cursor);
        counts[organization] = (counts[organization] ?? 0) + 1;
        onPage(organization);
      }
    };
    await Promise.all(this.organizations.map((_, organization) => loading(organization)));
    return counts;
  }

  log() {
    return this.mockProcess.mockProviders.log('hubspot');
  }

  /** Of the requests for pages. What is remembered of the account is read again where the cache was slow. */
  async pagesByStatus(): Promise<Record<string, number>> {
    const byStatus: Record<string, number> = {};
    for (const { path, status } of (await this.log()).last)
      if (path.includes('contacts')) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return byStatus;
  }

  clearLog() {
    return this.mockProcess.mockProviders.clearLog();
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await Promise.all([this.mockProcess.stop(), this.redis.stop()]);
  }

  private clientOf(organization: number): CausewayClient {
    const client = this.clients[organization % this.clients.length];
    if (client === undefined) throw new Error('no service');
    return client;
  }
}
