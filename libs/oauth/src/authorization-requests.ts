import { hash, randomBytes } from 'node:crypto';
import { Problem } from '@causeway/problem';
import type { KeyValueStore, Ref } from '@causeway/store';
import type { Keyring } from '@causeway/crypto';

/** What an authorization is for. */
export interface AuthorizationRequest {
  integration: string;
  orgId: string;
  userId: string;
  scopes: readonly string[];
  returnTo: string | null;
  /** The connection that is to be authorized again. */
  connectionId: string | null;
}

interface StoredAttempt extends AuthorizationRequest {
  expiresAt: number;
  codeVerifier: string | null;
}

/** An attempt whose page has been opened in a browser: what goes to the provider and what stays in that browser. */
export interface BegunAuthorization {
  purpose: AuthorizationRequest;
  state: string;
  codeVerifier: string;
  cookie: { name: string; value: string; maxAgeSeconds: number };
}

declare const taken: unique symbol;

/** An attempt that came back to the browser it was opened in, for the first time, in time. Only `AuthorizationRequests.take` makes one. */
export type ConsumedAuthorizationRequest = AuthorizationRequest & {
  readonly codeVerifier: string;
  readonly [taken]: true;
};

const LIFETIME_MS = 10 * 60_000;

/**
 * Authorizations in flight. A ticket (in `authorizationUrl`) is good for one opening; opening makes the `state` and a secret that only that
 * browser keeps, and the attempt is filed under both: a state from another browser finds nothing, and takes nothing away either.
 */
export class AuthorizationRequests {
  constructor(
    private readonly store: KeyValueStore,
    private readonly keyring: Keyring,
    private readonly clock: () => number = Date.now,
  ) {}

  async create(purpose: AuthorizationRequest): Promise<{ ticket: string; expiresAt: number }> {
    const [ticket] = secrets(1);
    const expiresAt = this.clock() + LIFETIME_MS;
    await this.file(ref('ticket', ticket), { ...purpose, expiresAt, codeVerifier: null });
    return { ticket, expiresAt };
  }

  /** @throws Problem `attempt-expired` */
  async begin(ticket: string): Promise<BegunAuthorization> {
    const attempt = await this.unfile(ref('ticket', ticket));
    const [state, browserSecret, codeVerifier] = secrets(3);
    await this.file(ref('state', state, browserSecret), { ...attempt, codeVerifier });
    return {
      purpose: attempt,
      state,
      codeVerifier,
      cookie: {
        name: stateCookieName(state),
        value: browserSecret,
        maxAgeSeconds: Math.ceil((attempt.expiresAt - this.clock()) / 1000),
      },
    };
  }

  /**
   * @param cookie reads a cookie of the browser that came back
   * @throws Problem `attempt-expired`: unknown state, used, too old, from another browser, or for another integration
   */
  async consume(
    integration: string,
    state: unknown,
    cookie: (name: string) => string | undefined,
  ): Promise<ConsumedAuthorizationRequest> {
    const browserSecret = typeof state === 'string' ? cookie(stateCookieName(state)) : undefined;
    if (typeof state !== 'string' || browserSecret === undefined) throw expired();
    const attempt = await this.unfile(ref('state', state, browserSecret));
    if (attempt.integration !== integration || attempt.codeVerifier === null) throw expired();
    return attempt as StoredAttempt & ConsumedAuthorizationRequest;
  }

  private async file(at: Ref, attempt: StoredAttempt): Promise<void> {
    const ttlMs = attempt.expiresAt - this.clock();
    if (ttlMs <= 0) throw expired();
    const value = this.keyring.seal(JSON.stringify(attempt), at.key);
    await this.store.commitIfUnchanged(at.partition, { put: [{ key: at.key, value, ttlMs }] });
  }

  private async unfile(at: Ref): Promise<StoredAttempt> {
    const sealed = await this.store.consume(at);
    const opened = sealed === null ? null : this.keyring.tryOpen(sealed, at.key);
    if (opened === null) throw expired();
    const attempt = JSON.parse(opened) as StoredAttempt;
    if (attempt.expiresAt <= this.clock()) throw expired();
    return attempt;
  }
}

/** One cookie an attempt, so that several tabs do not disturb each other. */
export function stateCookieName(state: string): string {
  return `causeway-attempt-${digest(state).slice(0, 16)}`;
}

function ref(kind: 'ticket' | 'state', ...parts: string[]): Ref {
  const name = digest(parts.join('.'));
  return { partition: `attempt-${name.slice(0, 12)}`, key: `${kind}:${name}` };
}

const SECRET_BYTES = 32;

/** 256 bits each; 43 characters that every provider accepts as a state (Airtable: 16 to 1024 of `[A-Za-z0-9._-]`) and as a PKCE verifier. */
function secrets(count: 1): [string];
function secrets(count: 3): [string, string, string];
function secrets(count: number): string[] {
  // Asking for randomness costs more than the rest of opening an attempt: once is enough.
  const bytes = randomBytes(count * SECRET_BYTES);
  return Array.from({ length: count }, (_, at) =>
    bytes.toString('base64url', at * SECRET_BYTES, (at + 1) * SECRET_BYTES),
  );
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

function expired(): Problem {
  return new Problem(
    'attempt-expired',
    'This authorization was already used, is older than ten minutes, or was started in another browser. Start to connect again.',
  );
}
