import { randomUUID } from 'node:crypto';
import type { ProviderId } from '../core/provider-id.js';

/** Why an access token is not accepted. */
export type TokenRefusal = 'missing' | 'unknown' | 'expired' | 'revoked';

export interface GrantDraft {
  provider: ProviderId;
  clientId: string;
  accountId: string;
  /** Slack gives a bot and a user token for one consent; the others know one kind. */
  actor: 'bot' | 'user';
  scopes: readonly string[];
}

/** What one consent gave one app. Access and refresh tokens come and go, the grant stays until it is revoked. */
export interface Grant extends GrantDraft {
  readonly id: string;
  readonly createdAt: number;
  /** Times tokens were issued; the first pair is generation 1. */
  generation: number;
  revoked: boolean;
  access: PresentedToken[];
  refresh: PresentedToken[];
}

export interface PresentedToken {
  readonly value: string;
  readonly grant: Grant;
  readonly generation: number;
  readonly issuedAt: number;
  expiresAt: number | undefined;
  /** When a refresh used it up (refresh tokens), in milliseconds. */
  spentAt: number | undefined;
  dead: boolean;
}

export interface Issued {
  grant: Grant;
  access: PresentedToken;
  refresh: PresentedToken | undefined;
}

export interface IssueTerms {
  access: string;
  accessTtlSeconds: number | undefined;
  /** A new refresh token; undefined keeps the present one, if any. */
  refresh: string | undefined;
  refreshTtlSeconds: number | undefined;
}

const EVERYTHING = () => true;

/** All grants and tokens of all providers. */
export class Grants {
  private readonly grants = new Map<string, Grant>();
  private readonly access = new Map<string, PresentedToken>();
  private readonly refresh = new Map<string, PresentedToken>();

  open(draft: GrantDraft, now: number): Grant {
    const grant = {
      ...draft,
      id: randomUUID(),
      createdAt: now,
      generation: 0,
      revoked: false,
      access: [],
      refresh: [],
    };
    this.grants.set(grant.id, grant);
    return grant;
  }

  /** The grant that a further consent extends: what it adds, such as scopes, is added. */
  extend(draft: GrantDraft): Grant | undefined {
    const { provider, clientId, accountId, actor, scopes } = draft;
    const [grant] = this.matching(
      (one) =>
        !one.revoked &&
        one.refresh.at(-1)?.dead !== true &&
        one.provider === provider &&
        one.clientId === clientId &&
        one.accountId === accountId &&
        one.actor === actor,
    );
    if (grant) grant.scopes = [...new Set([...grant.scopes, ...scopes])];
    return grant;
  }

  issue(grant: Grant, terms: IssueTerms, now: number): Issued {
    grant.generation += 1;
    const make = (value: string, ttl: number | undefined): PresentedToken => ({
      value,
      grant,
      generation: grant.generation,
      issuedAt: now,
      expiresAt: ttl === undefined ? undefined : now + ttl * 1000,
      spentAt: undefined,
      dead: false,
    });
    const access = make(terms.access, terms.accessTtlSeconds);
    this.access.set(access.value, access);
    grant.access.push(access);
    if (terms.refresh !== undefined) {
      const refresh = make(terms.refresh, terms.refreshTtlSeconds);
      this.refresh.set(refresh.value, refresh);
      grant.refresh.push(refresh);
    }
    return { grant, access, refresh: grant.refresh.at(-1) };
  }

  findAccess = (value: string | undefined): PresentedToken | undefined => this.access.get(value ?? '');
  findRefresh = (value: string | undefined): PresentedToken | undefined => this.refresh.get(value ?? '');

  /** Why this access token is not good now; undefined when it is. */
  refusal(token: PresentedToken | undefined, now: number): TokenRefusal | undefined {
    if (token === undefined) return 'unknown';
    if (token.grant.revoked || token.dead) return 'revoked';
    return token.expiresAt !== undefined && token.expiresAt <= now ? 'expired' : undefined;
  }

  matching(wanted: (grant: Grant) => boolean = EVERYTHING): Grant[] {
    return [...this.grants.values()].filter(wanted);
  }

  restore(grants: readonly Grant[]): void {
    for (const grant of grants) {
      this.grants.set(grant.id, grant);
      for (const token of grant.access) this.access.set(token.value, token);
      for (const token of grant.refresh) this.refresh.set(token.value, token);
    }
  }

  reset(): void {
    for (const map of [this.grants, this.access, this.refresh]) map.clear();
  }
}

/** Keeps the newest `count` access tokens of a grant alive. */
export function keepNewest(grant: Grant, count: number): void {
  const alive = grant.access.filter((token) => !token.dead);
  for (const token of alive.slice(0, Math.max(0, alive.length - count))) token.dead = true;
  grant.access = alive.slice(-Math.max(count, 1));
}

export function expireAccess(grant: Grant, now: number): void {
  for (const token of grant.access) token.expiresAt = now;
}
