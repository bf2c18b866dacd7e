import { createHash } from 'node:crypto';
import { PROVIDER_IDS, type ProviderId } from '../core/provider-id.js';

const KEPT = 1000;

export interface LoggedRequest {
  at: string;
  method: string;
  /** Path below the provider's prefix; token values in a path appear as `:token`. */
  path: string;
  /** Paging and filter parameters only: never codes, states or secrets. */
  query: Record<string, string>;
  kind: 'authorize' | 'token' | 'revoke' | 'introspect' | 'data';
  /** 0 when the connection was cut or never answered. */
  status: number;
  /** Generation of the access token that was presented: 1 is the first of its grant. */
  generation: number | null;
  fault: string | null;
}

export interface RefreshTokenUse {
  /** First 16 hex digits of the token's SHA-256. */
  token: string;
  generation: number | null;
  presented: number;
  succeeded: number;
}

export interface ProviderLog {
  requests: number;
  byStatus: Record<string, number>;
  tokenCalls: number;
  exchangeCalls: number;
  refreshCalls: number;
  revokeCalls: number;
  introspectCalls: number;
  authorizeCalls: number;
  dataCalls: number;
  concurrent: number;
  maxConcurrent: number;
  maxConcurrentToken: number;
  refreshTokens: RefreshTokenUse[];
  last: LoggedRequest[];
}

const empty = (): ProviderLog => ({
  requests: 0,
  byStatus: {},
  tokenCalls: 0,
  exchangeCalls: 0,
  refreshCalls: 0,
  revokeCalls: 0,
  introspectCalls: 0,
  authorizeCalls: 0,
  dataCalls: 0,
  concurrent: 0,
  maxConcurrent: 0,
  maxConcurrentToken: 0,
  refreshTokens: [],
  last: [],
});

const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

/** Requests to each mock provider, so that tests can count token calls and presented refresh tokens. */
export class RequestLog {
  private logs = new Map<ProviderId, ProviderLog>();
  private tokensUnderWay = new Map<ProviderId, number>();
  private uses = new Map<string, RefreshTokenUse>();

  constructor() {
    this.reset();
  }

  reset(): void {
    const running = this.logs;
    this.uses.clear();
    // Requests in flight stay counted; otherwise the counter would drop below zero when they finish.
    this.logs = new Map(PROVIDER_IDS.map((id) => [id, { ...empty(), concurrent: running.get(id)?.concurrent ?? 0 }]));
  }

  of(provider: ProviderId): ProviderLog {
    const log = this.logs.get(provider) ?? empty();
    this.logs.set(provider, log);
    return log;
  }

  started(provider: ProviderId, kind: LoggedRequest['kind']): void {
    const log = this.of(provider);
    log.requests += 1;
    log[`${kind}Calls`] += 1;
    log.concurrent += 1;
    log.maxConcurrent = Math.max(log.maxConcurrent, log.concurrent);
    if (kind !== 'token') return;
    const underWay = (this.tokensUnderWay.get(provider) ?? 0) + 1;
    this.tokensUnderWay.set(provider, underWay);
    log.maxConcurrentToken = Math.max(log.maxConcurrentToken, underWay);
  }

  finished(provider: ProviderId, request: LoggedRequest): void {
    const log = this.of(provider);
    log.concurrent -= 1;
    if (request.kind === 'token') this.tokensUnderWay.set(provider, (this.tokensUnderWay.get(provider) ?? 1) - 1);
    log.byStatus[request.status] = (log.byStatus[request.status] ?? 0) + 1;
    log.last.push(request);
    if (log.last.length > KEPT) log.last.shift();
  }

  exchange(provider: ProviderId): void {
    this.of(provider).exchangeCalls += 1;
  }

  refresh(provider: ProviderId, value: string | undefined, generation: number | undefined): void {
    const log = this.of(provider);
    log.refreshCalls += 1;
    if (value === undefined) return;
    const use = this.use(provider, value);
    use.presented += 1;
    use.generation = generation ?? null;
  }

  refreshed(provider: ProviderId, value: string): void {
    this.use(provider, value).succeeded += 1;
  }

  private use(provider: ProviderId, value: string): RefreshTokenUse {
    const token = fingerprint(value);
    const known = this.uses.get(`${provider}/${token}`);
    if (known) return known;
    const fresh: RefreshTokenUse = { token, generation: null, presented: 0, succeeded: 0 };
    this.uses.set(`${provider}/${token}`, fresh);
    this.of(provider).refreshTokens.push(fresh);
    return fresh;
  }
}
