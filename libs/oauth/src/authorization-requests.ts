import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@causeway/problem';
import type { KeyValueStore, Ref } from '@causeway/store';
import type { Keyring, SealingKeys } from '@causeway/crypto';
import { OpenRequests, type OpenRequestLimits, type OpenRequestSlots } from './open-requests.js';

/**
 * Who shows that the browser belongs to the user: the caller, who brings the code that the browser got; the person, on a page of this
 * service; or nobody, because the caller answers for where the URL goes.
 */
export const FINISHES = ['caller', 'person', 'none'] as const;
export type Finish = (typeof FINISHES)[number];

/** What an authorization is for. */
export interface AuthorizationRequest {
  integration: string;
  orgId: string;
  userId: string;
  scopes: readonly string[];
  returnTo: string | null;
  /** Where the callback page goes on if it has lost its opener. */
  popupReturnTo: string | null;
  /** The connection that is to be authorized again. */
  connectionId: string | null;
  finish: Finish;
  /** For people. */
  orgName: string | null;
  userName: string | null;
}

interface OpenRequest extends AuthorizationRequest {
  expiresAt: number;
  slots: OpenRequestSlots;
}

interface BegunRequest extends OpenRequest {
  codeVerifier: string;
}

/** What a page needs that asks the person before it begins a request. */
export interface Confirmation {
  request: AuthorizationRequest;
  /** Is sent back by the page's form; accepted only with the cookie. */
  token: string;
  cookie: StateCookie;
}

export interface StateCookie {
  name: string;
  value: string;
  maxAgeSeconds: number;
}

/** An authorization request that a browser has opened: what goes to the provider, and what stays in that browser. */
export interface BegunAuthorization {
  request: AuthorizationRequest;
  state: string;
  codeVerifier: string;
  cookie: StateCookie;
}

declare const consumed: unique symbol;

/** Came back to the browser that opened it, in time and for the first time. Only `AuthorizationRequests.consume` returns one. */
export type ConsumedAuthorizationRequest = BegunRequest & {
  /** Only the browser that came back can be given it: it is computed from the secret in its cookie, and not stored. */
  readonly finishCode: string;
  /** Where `end` stores how it ended. */
  readonly result: Ref;
  readonly [consumed]: true;
};

/** How an authorization ended, as the caller of `end` wrote it; `null`: it has not ended yet. */
interface StoredResult {
  integration: string;
  text: string | null;
}

type ReadCookie = (name: string) => string | undefined;

const LIFETIME_MS = 10 * 60_000;
const POLL_MS = 100;
/** Longer than the token request and what follows it may take. */
const RESULT_TIMEOUT_MS = 45_000;
/** Of the sealed request in `authorizationUrl`. */
const REQUEST_CONTEXT = 'authorization request';

/**
 * Authorization requests in flight. What a request is for travels sealed in `authorizationUrl`, so that a flood of requests fills no store;
 * it can be opened once. Opening it creates the `state` and a secret that only that browser keeps, and the request is stored under both: a
 * state from another browser finds nothing and consumes nothing. How the request ended is kept as long as it would have lived, for a
 * callback that the same browser sends again.
 */
export class AuthorizationRequests {
  private readonly openRequests: OpenRequests;
  private readonly keys: SealingKeys;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
    limits: OpenRequestLimits,
    private readonly clock: () => number = Date.now,
  ) {
    this.openRequests = new OpenRequests(store, limits, clock);
    this.keys = keyring.sealingKeys('authorization request');
  }

  /** @throws Problem `too-many-requests` */
  async create(request: AuthorizationRequest): Promise<{ sealedRequest: string; expiresAt: number }> {
    const expiresAt = this.clock() + LIFETIME_MS;
    const opened: OpenRequest = { ...request, expiresAt, slots: await this.openRequests.add(request, expiresAt) };
    return { sealedRequest: this.keys.seal(JSON.stringify(opened), REQUEST_CONTEXT), expiresAt };
  }

  /** @returns `null` for a request that a person has to confirm first. @throws Problem `attempt-expired` */
  async begin(sealedRequest: string): Promise<BegunAuthorization | null> {
    const request = this.unseal<OpenRequest>(sealedRequest, REQUEST_CONTEXT);
    return request.finish === 'person' ? null : this.open(request);
  }

  /**
   * For the page on which a person confirms: the request stays unopened. A reload of the page in the same browser gives the same token.
   * @param cookie reads a cookie of the browser
   * @throws Problem `attempt-expired`
   */
  async confirmation(sealedRequest: string, cookie: ReadCookie): Promise<Confirmation> {
    const request = this.unseal<OpenRequest>(sealedRequest, REQUEST_CONTEXT);
    if (!(await this.openRequests.isUnopened(request, request.slots))) throw expired();
    const name = stateCookieName(sealedRequest);
    const value = cookie(name) ?? randomSecrets()[0];
    const maxAgeSeconds = this.secondsUntil(request.expiresAt);
    return { request, token: confirmationToken(sealedRequest, value), cookie: { name, value, maxAgeSeconds } };
  }

  /** Begins a request that the person has confirmed. @throws Problem `attempt-expired`, also in another browser */
  async confirm(sealedRequest: string, token: string, cookie: ReadCookie): Promise<BegunAuthorization> {
    return this.open(this.unsealConfirmed(sealedRequest, token, cookie));
  }

  /** Ends a request that the person has not confirmed. @throws Problem `attempt-expired`, also in another browser */
  async cancel(sealedRequest: string, token: string, cookie: ReadCookie): Promise<AuthorizationRequest> {
    const request = this.unsealConfirmed(sealedRequest, token, cookie);
    if (!(await this.openRequests.removeUnopened(request, request.slots))) throw expired();
    return request;
  }

  /**
   * @param cookie reads a cookie of the browser that came back
   * @throws Problem `attempt-expired`: the state is unknown, used, too old, from another browser or for another integration
   */
  async consume(integration: string, state: unknown, cookie: ReadCookie): Promise<ConsumedAuthorizationRequest> {
    const secrets = secretsOf(state, cookie);
    const stored = refOf('state', ...secrets);
    const sealed = await this.store.get(stored);
    const request = this.unseal<BegunRequest>(sealed, stored.key);
    if (request.integration !== integration) throw expired();
    const result = refOf('result', ...secrets);
    const isFirst = await this.store.commitIfUnchanged(stored.partition, {
      expect: [{ key: stored.key, value: sealed }],
      remove: [stored.key],
      put: [this.sealedResult(result, { integration, text: null }, request.expiresAt)],
    });
    if (!isFirst) throw expired();
    return { ...request, result, finishCode: finishCodeOf(...secrets) } as ConsumedAuthorizationRequest;
  }

  /** How the request ended is kept. With `isOpen` it goes on to count, until `release`. */
  async end(request: ConsumedAuthorizationRequest, text: string, { isOpen = false } = {}): Promise<void> {
    const { integration, result, expiresAt, slots } = request;
    if (expiresAt <= this.clock()) return;
    const put = [this.sealedResult(result, { integration, text }, expiresAt)];
    await Promise.all([
      this.store.commitIfUnchanged(result.partition, { put }),
      isOpen || this.release(request, slots),
    ]);
  }

  async release(owner: Pick<AuthorizationRequest, 'orgId' | 'userId'>, slots: OpenRequestSlots): Promise<void> {
    await this.openRequests.release(owner, slots);
  }

  /**
   * What `end` stored for this state; waits while another callback completes it.
   * @throws Problem `attempt-expired`, as `consume`
   */
  async readResult(
    integration: string,
    state: unknown,
    cookie: ReadCookie,
  ): Promise<{ text: string; finishCode: string }> {
    const secrets = secretsOf(state, cookie);
    const ref = refOf('result', ...secrets);
    const deadline = this.clock() + RESULT_TIMEOUT_MS;
    do {
      const sealed = await this.store.get(ref);
      const json = sealed === null ? null : this.keys.tryOpen(sealed, ref.key);
      const stored = json === null ? null : (JSON.parse(json) as StoredResult);
      if (stored?.integration !== integration) throw expired();
      if (stored.text !== null) return { text: stored.text, finishCode: finishCodeOf(...secrets) };
      await sleep(POLL_MS);
    } while (this.clock() < deadline);
    throw expired();
  }

  private async open(request: OpenRequest): Promise<BegunAuthorization> {
    const { expiresAt, slots } = request;
    if (!(await this.openRequests.markOpened(request, slots, expiresAt - this.clock()))) throw expired();
    const [state, browserSecret, codeVerifier] = randomSecrets();
    await this.save(refOf('state', state, browserSecret), { ...request, codeVerifier });
    const cookie = { name: stateCookieName(state), value: browserSecret, maxAgeSeconds: this.secondsUntil(expiresAt) };
    return { request, state, codeVerifier, cookie };
  }

  private unsealConfirmed(sealedRequest: string, token: string, cookie: ReadCookie): OpenRequest {
    const request = this.unseal<OpenRequest>(sealedRequest, REQUEST_CONTEXT);
    const secret = cookie(stateCookieName(sealedRequest));
    if (secret === undefined || !isSame(token, confirmationToken(sealedRequest, secret))) throw expired();
    return request;
  }

  private sealedResult({ key }: Ref, result: StoredResult, expiresAt: number) {
    return { key, value: this.keys.seal(JSON.stringify(result), key), ttlMs: expiresAt - this.clock() };
  }

  private async save({ partition, key }: Ref, request: BegunRequest): Promise<void> {
    const ttlMs = request.expiresAt - this.clock();
    const value = this.keys.seal(JSON.stringify(request), key);
    await this.store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs }] });
  }

  private unseal<T extends OpenRequest>(sealed: string | null, context: string): T {
    const json = sealed === null ? null : this.keys.tryOpen(sealed, context);
    if (json === null) throw expired();
    const request = JSON.parse(json) as T;
    if (request.expiresAt <= this.clock()) throw expired();
    return request;
  }

  private secondsUntil(expiresAt: number): number {
    return Math.ceil((expiresAt - this.clock()) / 1000);
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

function finishCodeOf(state: string, browserSecret: string): string {
  return createHmac('sha256', browserSecret).update(`finish ${state}`).digest('base64url');
}

function confirmationToken(sealedRequest: string, browserSecret: string): string {
  return createHmac('sha256', browserSecret).update(`confirm ${sealedRequest}`).digest('base64url');
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const PARTITION_PREFIX = 'authorization-';

function refOf(kind: 'state' | 'result', ...secrets: string[]): Ref {
  const name = digest(secrets.join('.'));
  return { partition: `${PARTITION_PREFIX}${name.slice(0, 12)}`, key: `${kind}:${name}` };
}

export function isAuthorization({ partition }: Ref): boolean {
  return partition.startsWith(PARTITION_PREFIX);
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
