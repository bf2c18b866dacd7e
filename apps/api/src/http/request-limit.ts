import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Problem, sendProblem } from '@causeway/problem';
import type { RateLimitStore } from '@causeway/store';
import { clientNetwork } from '../access/client-network.js';
import { cookiesOf } from '../access/cookies.js';
import { TokenBuckets } from './token-buckets.js';

const MINUTE_MS = 60_000;

/**
 * Requests a minute. A back end may read tokens as fast as one process can serve them;
 * the other limits are against guessing.
 */
const LIMITS = { credential: 1_200_000, address: 600, connect: 120, failure: 600, localFailure: 60_000 };

const MAX_VERIFIED_CREDENTIALS = 10_000;

/** Routes by their patterns: a path can be written in many ways. Health checks, Prometheus and providers, which sign what they send, must not be refused. */
const EXEMPT = /^\/(health\/|metrics(\/summary)?$|integrations\/:integration\/webhook$)/;
/** The pages that a browser passes on its way to a provider and back: one or two a connection. */
const CONNECT = /^\/(connect\/|integrations\/:integration\/oauth2callback$)/;

const SIGN_IN = '/web-session';

type Outcome = 'accepted' | 'rejected' | 'unknown';

export type RequestLimits = typeof LIMITS;

interface RequestInfo {
  method: string;
  /** Its pattern, such as `/connect/:requestId`; `undefined`: no route. A function, because Fastify computes it for each call. */
  route: () => string | undefined;
  address: string;
  /** The `Authorization` header, or the web app's cookie. */
  authorization: string | undefined;
}

/** A credential that has not been accepted before, and where its failures count. */
interface UnverifiedCredential {
  /** SHA-256; `null`: it is in the body of a sign-in. */
  credential: string | null;
  failures: { limit: 'failure' | 'localFailure'; name: string }[];
}

interface Decision {
  /** Seconds; 0: the request passes. */
  retryAfter: number;
  unverified: UnverifiedCredential | null;
}

/**
 * The limit on requests to this service. A credential that was accepted before has a limit of its own. Every other
 * request counts for the network that it comes from, so that inventing keys is no way around the limit. A network whose
 * credentials keep failing is refused before its credentials are looked up, but a verified credential never is: others
 * may share that network. A loopback address belongs to a program on this machine, or to a reverse proxy, whose clients
 * must not lock each other out: only failures count for it, each credential's for themselves, and all of them for a wide limit.
 */
export class RequestLimit {
  private readonly buckets: Record<keyof RequestLimits, TokenBuckets>;
  private readonly verified = new LRUCache<string, true>({ max: MAX_VERIFIED_CREDENTIALS });

  constructor(store: Pick<RateLimitStore, 'reserveSlot'>, limits: RequestLimits = LIMITS) {
    const buckets = (name: keyof RequestLimits) =>
      new TokenBuckets(store, name, { limit: limits[name], periodMs: MINUTE_MS });
    this.buckets = {
      credential: buckets('credential'),
      address: buckets('address'),
      connect: buckets('connect'),
      failure: buckets('failure'),
      localFailure: buckets('localFailure'),
    };
  }

  decide({ method, route, address, authorization }: RequestInfo): Decision {
    // A sign-in is judged by the credential in its body, whatever cookie comes with it.
    const isSignIn = method === 'POST' && route() === SIGN_IN;
    const credential = authorization === undefined || isSignIn ? null : digest(authorization);
    if (credential !== null && this.verified.has(credential))
      return { retryAfter: this.buckets.credential.consume(credential), unverified: null };
    const path = route() ?? '';
    if (EXEMPT.test(path)) return { retryAfter: 0, unverified: null };
    const { name, isLoopback } = clientNetwork(address);
    const network = digest(name);
    const failures = failuresOf(network, isLoopback, credential);
    const unverified = credential !== null || isSignIn ? { credential, failures } : null;
    const retryAfter = unverified === null ? 0 : this.retryAfterFailures(failures);
    if (retryAfter > 0) return { retryAfter, unverified: null };
    if (isLoopback) return { retryAfter: 0, unverified };
    const { connect, address: addresses } = this.buckets;
    return { retryAfter: (CONNECT.test(path) ? connect : addresses).consume(network), unverified };
  }

  /** Called with the outcome of a request that had an unverified credential. */
  record({ credential, failures }: UnverifiedCredential, outcome: Outcome): void {
    if (outcome === 'rejected') for (const { limit, name } of failures) this.buckets[limit].consume(name);
    if (outcome === 'accepted' && credential !== null) this.verified.set(credential, true);
  }

  /** A credential is not accepted any more, which may have been before. */
  forget(authorization: string): void {
    this.verified.delete(digest(authorization));
  }

  private retryAfterFailures(failures: UnverifiedCredential['failures']): number {
    return Math.max(...failures.map(({ limit, name }) => this.buckets[limit].retryAfter(name)));
  }
}

function failuresOf(network: string, isLoopback: boolean, credential: string | null): UnverifiedCredential['failures'] {
  if (!isLoopback) return [{ limit: 'failure', name: network }];
  return [
    { limit: 'localFailure', name: network },
    ...(credential === null ? [] : [{ limit: 'failure' as const, name: credential }]),
  ];
}

/** After CORS, so that a page can read why it was refused; before anything else. */
export function limitRequests(server: FastifyInstance, store: RateLimitStore, sessionCookieName: string): void {
  const limit = new RequestLimit(store);
  const unverified = new WeakMap<FastifyRequest, UnverifiedCredential>();
  const authorizationOf = (request: FastifyRequest) =>
    request.headers.authorization ?? cookiesOf(request)[sessionCookieName];
  server.addHook('onRequest', (request, reply, done) => {
    const decision = limit.decide({
      method: request.method,
      route: () => request.routeOptions.url,
      address: request.ip,
      authorization: authorizationOf(request),
    });
    if (decision.unverified !== null) unverified.set(request, decision.unverified);
    if (decision.retryAfter === 0) return done();
    const { retryAfter } = decision;
    const detail = `These are more requests than this service accepts in a minute. Retry in ${retryAfter} s.`;
    sendProblem(new Problem('too-many-requests', detail, { retryAfter }), request, reply);
  });
  server.addHook('onResponse', (request: FastifyRequest & { caller?: unknown }, reply, done) => {
    const credential = unverified.get(request);
    // With a caller, a 401 is the response of a provider, through the proxy.
    const isRejected = reply.statusCode === 401 && request.caller === undefined;
    const outcome = isRejected ? 'rejected' : request.caller === undefined ? 'unknown' : 'accepted';
    if (credential !== undefined) limit.record(credential, outcome);
    else if (isRejected) limit.forget(authorizationOf(request) ?? '');
    done();
  });
}

/** Keys in the store and in memory hold neither credentials nor addresses. */
function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
