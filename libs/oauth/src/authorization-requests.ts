import { hash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
  readonly expiresAt: number;
  /** Where `keepResult` stores how it ended. */
  readonly result: Ref;
  readonly [consumed]: true;
};

/** How an authorization ended, as the caller of `keepResult` wrote it; `null`: it has not ended yet. */
interface StoredResult {
  integration: string;
  text: string | null;
}

type ReadCookie = (name: string) => string | undefined;

const LIFETIME_MS = 10 * 60_000;
const POLL_MS = 100;
/** Longer than the token request and what follows it may take. */
const RESULT_TIMEOUT_MS = 45_000;

/**
 * Authorization requests in flight. A request id (in `authorizationUrl`) can be opened once. Opening it creates the `state` and a secret
 * that only that browser keeps, and the request is stored under both: a state from another browser finds nothing and consumes nothing.
 * How the request ended is kept as long as it would have lived, for a callback that the same browser sends again.
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
  async consume(integration: string, state: unknown, cookie: ReadCookie): Promise<ConsumedAuthorizationRequest> {
    const secrets = secretsOf(state, cookie);
    const stored = refOf('state', ...secrets);
    const sealed = await this.store.get(stored);
    const request = this.open(sealed, stored);
    if (request.integration !== integration || request.codeVerifier === null) throw expired();
    const result = refOf('result', ...secrets);
    const isFirst = await this.store.commitIfUnchanged(stored.partition, {
      expect: [{ key: stored.key, value: sealed }],
      remove: [stored.key],
      put: [this.sealedResult(result, { integration, text: null }, request.expiresAt)],
    });
    if (!isFirst) throw expired();
    return { ...request, result } as StoredRequest & ConsumedAuthorizationRequest;
  }

  async keepResult({ integration, result, expiresAt }: ConsumedAuthorizationRequest, text: string): Promise<void> {
    if (expiresAt <= this.clock()) return;
    const put = [this.sealedResult(result, { integration, text }, expiresAt)];
    await this.store.commitIfUnchanged(result.partition, { put });
  }

  /**
   * What `keepResult` stored for this state; waits while another callback completes it.
   * @throws Problem `attempt-expired`, as `consume`
   */
  async readResult(integration: string, state: unknown, cookie: ReadCookie): Promise<string> {
    const ref = refOf('result', ...secretsOf(state, cookie));
    const deadline = this.clock() + RESULT_TIMEOUT_MS;
    do {
      const sealed = await this.store.get(ref);
      const json = sealed === null ? null : this.keyring.tryOpen(sealed, ref.key);
      const stored = json === null ? null : (JSON.parse(json) as StoredResult);
      if (stored?.integration !== integration) throw expired();
      if (stored.text !== null) return stored.text;
      await sleep(POLL_MS);
    } while (this.clock() < deadline);
    throw expired();
  }

  private sealedResult({ key }: Ref, result: StoredResult, expiresAt: number) {
    return { key, value: this.keyring.seal(JSON.stringify(result), key), ttlMs: expiresAt - this.clock() };
  }

  private async save({ partition, key }: Ref, request: StoredRequest): Promise<void> {
    const ttlMs = request.expiresAt - this.clock();
    if (ttlMs <= 0) throw expired();
    const value = this.keyring.seal(JSON.stringify(request), key);
    await this.store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs }] });
  }

  private async remove(ref: Ref): Promise<StoredRequest> {
    return this.open(await this.store.consume(ref), ref);
  }

  private open(sealed: string | null, { key }: Ref): StoredRequest {
    const json = sealed === null ? null : this.keyring.tryOpen(sealed, key);
    if (json === null) throw expired();
    const request = JSON.parse(json) as StoredRequest;
    if (request.expiresAt <= this.clock()) throw expired();
    return request;
  }
}

export const STATE_COOKIE_PREFIX = 'causeway-attempt-';

/** One cookie for each request, so that several tabs can authorize at the same time. */
export function stateCookieName(state: string): string {
  return `${STATE_COOKIE_PREFIX}${digest(state).slice(0, 16)}`;
}

/** @throws Problem `attempt-expired` */
function secretsOf(state: unknown, cookie: ReadCookie): [state: string, browserSecret: string] {
  const browserSecret = typeof state === 'string' ? cookie(stateCookieName(state)) : undefined;
  if (typeof state !== 'string' || browserSecret === undefined) throw expired();
  return [state, browserSecret];
}

function refOf(kind: 'request' | 'state' | 'result', ...secrets: string[]): Ref {
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
