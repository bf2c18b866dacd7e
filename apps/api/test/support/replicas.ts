import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import {
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type Service,
  type MockProviders,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './apps.js';
import { connect } from './connect.js';
import { someone } from './users.js';
import { ADMIN_KEY, unlimited } from './production.js';

/** A token lives as short as a mock providers can make it; the next one lasts. A refresh token works once, and never again. */
const SHORT_SECONDS = 1;
const SINGLE_USE = { refreshGraceSeconds: 0 };
/** People who connect at the same moment. */
const AT_ONCE = 16;

/** What a caller of a token route got. */
export interface Call {
  /** 0: no answer at all. */
  status: number;
  slug: string | undefined;
  accessToken: string | undefined;
  retryAfter: number | undefined;
  milliseconds: number;
}

/** Two service processes with one Redis, and the mock providers in a third. */
export class Replicas {
  private constructor(
    private readonly apart: MockProvidersProcess,
    readonly mockProviders: MockProviders,
    readonly redis: RedisServer,
    readonly apps: Apps,
    readonly services: [Service, Service],
    readonly clients: [CausewayClient, CausewayClient],
  ) {}

  static async start(): Promise<Replicas> {
    const [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
    const mockProviders = await unlimited(apart.mockProviders);
    const apps = new Apps(mockProviders);
    await apps.become('airtable', SINGLE_USE);
    const env = { ...apps.environment(), REDIS_URL: redis.url };
    const first = await startService({ env });
    const second = await startService({ env: { ...env, PUBLIC_URL: first.url } });
    const client = ({ url }: Service) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });
    return new Replicas(apart, mockProviders, redis, apps, [first, second], [client(first), client(second)]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.services.map((service) => service.stop()), this.apart.stop(), this.redis.stop()]);
  }

  /** Connections whose access tokens are over and whose refresh tokens are good for one refresh. */
  async expired(count: number, variants = {}): Promise<Connection[]> {
    await this.mockProviders.clearFaults();
    await this.apps.become('airtable', { ...SINGLE_USE, ...variants, accessTokenTtlSeconds: SHORT_SECONDS });
    const made: Connection[] = [];
    while (made.length < count) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count - made.length) }, (_, at) =>
        connect(this.clients[at % 2 === 0 ? 0 : 1], 'airtable', someone()),
      );
      made.push(...(await Promise.all(batch)));
    }
    await this.apps.become('airtable', { ...SINGLE_USE, ...variants });
    await new Promise((resolve) => setTimeout(resolve, SHORT_SECONDS * 1000 + 100));
    await this.mockProviders.clearLog();
    return made;
  }

  /** One caller of one replica. */
  async token(at: 0 | 1, id: string): Promise<Call> {
    const began = performance.now();
    const call = await this.clients[at].GET('/connections/{id}/token', { params: { path: { id } } }).then(
      ({ data, error, response }) => ({
        status: response.status,
        slug: error?.slug,
        accessToken: data?.accessToken,
        retryAfter: (error as { retryAfter?: number } | undefined)?.retryAfter,
      }),
      () => ({ status: 0, slug: undefined, accessToken: undefined, retryAfter: undefined }),
    );
    return { ...call, milliseconds: performance.now() - began };
  }

  /** So many callers at once at one replica. */
  callers(at: 0 | 1, id: string, count: number): Promise<Call[]> {
    return Promise.all(Array.from({ length: count }, () => this.token(at, id)));
  }
}

export const failed = (calls: readonly Call[]): Call[] => calls.filter(({ status }) => status !== 200);

export const tokensOf = (calls: readonly Call[]): Set<string | undefined> =>
  new Set(calls.filter(({ status }) => status === 200).map(({ accessToken }) => accessToken));
