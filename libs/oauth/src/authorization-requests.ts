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

interface StoredRequest extends AuthorizationRequest {
  expiresAt: number;
  /** `null` until the request is opened in a browser. */
  codeVerifier: string | null;
}

/** An authorization request that a browser has opened: what goes to the provider, and what stays in that browser. */
export interface BegunAuthorization {
  request: AuthorizationRequest;
  state: string;
  codeVerifier: string;
  cookie: { name: string; value: string; maxAgeSeconds: number };
}

declare const consumed: unique symbol;

/** Came back to the browser that opened it, in time and for the first time. Only `AuthorizationRequests.consume` returns one. */
export type ConsumedAuthorizationRequest = AuthorizationRequest & {
  readonly codeVerifier: string;
  readonly [consumed]: true;
};

const LIFETIME_MS = 10 * 60_000;

/**
 * Authorization requests in flight. A request id (in `authorizationUrl`) can be opened once. Opening it creates the `state` and a secret
 * that only that browser keeps, and the request is stored under both: a state from another browser finds nothing and consumes nothing.
 */
export class AuthorizationRequests {
  constructor(
    private readonly store: KeyValueStore,
    private readonly keyring: Keyring,
    private readonly clock: () => number = Date.now,
  ) {}

  async create(request: AuthorizationRequest): Promise<{ requestId: string; expiresAt: number }> {
    const [requestId] = randomSecrets();
    const expiresAt = this.clock() + LIFETIME_MS;
    await this.save(refOf('request', requestId), { ...request, expiresAt, codeVerifier: null });
    return { requestId, expiresAt };
  }

  /** @throws Problem `attempt-expired` */
  async begin(requestId: string): Promise<BegunAuthorization> {
    const request = await this.remove(refOf('request', requestId));
    const [state, browserSecret, codeVerifier] = randomSecrets();
    await this.save(refOf('state', state, browserSecret), { ...request, codeVerifier });
    const maxAgeSeconds = Math.ceil((request.expiresAt - this.clock()) / 1000);
    const cookie = { name: stateCookieName(state), value: browserSecret, maxAgeSeconds };
    return { request, state, codeVerifier, cookie };
  }

  /**
   * @param cookie reads a cookie of the browser that came back
   * @throws Problem `attempt-expired`: the state is unknown, used, too old, from another browser or for another integration
   */
  async consume(
    integration: string,
    state: unknown,
    cookie: (name: string) => string | undefined,
  ): Promise<ConsumedAuthorizationRequest> {
    const browserSecret = typeof state === 'string' ? cookie(stateCookieName(state)) : undefined;
    if (typeof state !== 'string' || browserSecret === undefined) throw expired();
    const request = await this.remove(refOf('state', state, browserSecret));
    if (request.integration !== integration || request.codeVerifier === null) throw expired();
    return request as StoredRequest & ConsumedAuthorizationRequest;
  }

  private async save({ partition, key }: Ref, request: StoredRequest): Promise<void> {
    const ttlMs = request.expiresAt - this.clock();
    if (ttlMs <= 0) throw expired();
    const value = this.keyring.seal(JSON.stringify(request), key);
    await this.store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs }] });
  }

  private async remove(ref: Ref): Promise<StoredRequest> {
    const sealed = await this.store.consume(ref);
    const json = sealed === null ? null : this.keyring.tryOpen(sealed, ref.key);
    if (json === null) throw expired();
    const request = JSON.parse(json) as StoredRequest;
    if (request.expiresAt <= this.clock()) throw expired();
    return request;
  }
}

/** One cookie for each request, so that several tabs can authorize at the same time. */
export function stateCookieName(state: string): string {
  return `causeway-attempt-${digest(state).slice(0, 16)}`;
}

function refOf(kind: 'request' | 'state', ...secrets: string[]): Ref {
  const name = digest(secrets.join('.'));
  return { partition: `authorization-${name.slice(0, 12)}`, key: `${kind}:${name}` };
}

const SECRET_BYTES = 32;

/**
 * Three secrets of 256 bits, from one draw: a draw costs more than the rest of `begin`. Their 43 characters are valid as a state (Airtable:
 * 16 to 1024 of `[A-Za-z0-9._-]`) and as a PKCE verifier.
 */
function randomSecrets(): [string, string, string] {
  const bytes = randomBytes(3 * SECRET_BYTES);
  const secret = (index: number) => bytes.toString('base64url', index * SECRET_BYTES, (index + 1) * SECRET_BYTES);
  return [secret(0), secret(1), secret(2)];
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
