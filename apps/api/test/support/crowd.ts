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

/** Two replicas, and organisations that have all connected the same account, so that they share one allowance. */
export class Crowd {
  private constructor(
    private readonly apart: MockProvidersProcess,
    private readonly redis: RedisServer,
    private readonly services: Service[],
    private readonly clients: CausewayClient[],
    readonly organisations: User[],
    readonly allowance: { requests: number; seconds: number },
  ) {}

  /** @param strictness what part of its period the stand-in counts: less than 1 lets a busy machine be late */
  static async start(size: number, allowance: { requests: number; seconds: number }, strictness = 1): Promise<Crowd> {
    const [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
    const standIns = await unlimited(apart.mockProviders);
    const [account] = await standIns.accounts('hubspot');
    await standIns.resize({ provider: 'hubspot', account: account?.id ?? '', sizes: { contacts: 1_000_000 } });
    const rate = `${allowance.requests}/${allowance.seconds}`;
    const env = { REDIS_URL: redis.url, HUBSPOT_RATE_LIMIT: rate, ENCRYPTION_KEYS: encryptionKeys() };
    const first = await startProduction(standIns, env);
    const second = await startProduction(standIns, { ...env, PUBLIC_URL: first.url });
    const clients = [first, second].map(({ url }) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY }));
    const crowd = new Crowd(apart, redis, [first, second], clients, [], allowance);
    while (crowd.organisations.length < size) {
      const user = someone();
      await connect(crowd.clientOf(crowd.organisations.length), 'hubspot', user, { account: account?.id ?? '' });
      crowd.organisations.push(user);
    }
    // What connecting took of the allowance is over before anything is counted.
    await new Promise((resolve) => setTimeout(resolve, allowance.seconds * 1_100 + 200));
    await standIns.limit({
      provider: 'hubspot',
      limit: { ...allowance, seconds: allowance.seconds * strictness },
    });
    await standIns.clearLog();
    return crowd;
  }

  /** One page that is one call of the provider. @returns the cursor of the next one */
  async page(organisation: number, cursor: string | null, limit = 100): Promise<string | null> {
    const { data, error } = await this.clientOf(organisation).POST('/integrations/{integration}/load', {
      params: { path: { integration: 'hubspot' } },
      body: { ...this.organisations[organisation]!, types: ['contact'], limit, ...(cursor === null ? {} : { cursor }) },
    });
    if (data === undefined) throw new Error(`load: ${JSON.stringify(error)}`);
    return data.nextCursor;
  }

  /** All load at once, page after page, until so many pages have been asked for. @returns the pages of each */
  async load(pages: number, onPage: (organisation: number) => void = () => {}): Promise<number[]> {
    const counts = this.organisations.map(() => 0);
    let asked = 0;
    const loading = async (organisation: number) => {
      for (let cursor: string | null = null; asked < pages;) {
        asked += 1;
        cursor = await this.page(organisation, cursor);
        counts[organisation] = (counts[organisation] ?? 0) + 1;
        onPage(organisation);
      }
    };
    await Promise.all(this.organisations.map((_, organisation) => loading(organisation)));
    return counts;
  }

  log() {
    return this.apart.mockProviders.log('hubspot');
  }

  clearLog() {
    return this.apart.mockProviders.clearLog();
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await Promise.all([this.apart.stop(), this.redis.stop()]);
  }

  private clientOf(organisation: number): CausewayClient {
    const client = this.clients[organisation % this.clients.length];
    if (client === undefined) throw new Error('no service');
    return client;
  }
}
