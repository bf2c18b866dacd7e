import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Problem, sendProblem } from '@causeway/problem';
import type { RateLimitStore } from '@causeway/store';
import { cookiesOf } from '../access/cookies.js';
import { TokenBuckets } from './token-buckets.js';

const MINUTE_MS = 60_000;

/**
 * Requests a minute. A back end may read tokens as fast as one process can serve them;
 * the other limits are against guessing.
 */
const LIMITS = { credential: 1_200_000, address: 600, connect: 120, failure: 600 };

const MAX_VERIFIED_CREDENTIALS = 10_000;

/** Health checks and Prometheus must not be refused. */
const EXEMPT = /^\/(health\/|metrics(\/summary)?$)/;
/** The pages that a browser passes on its way to a provider and back: one or two a connection. */
const CONNECT = /^\/(connect\/|integrations\/[^/]*\/oauth2callback$)/;

const SIGN_IN = '/web-session';

export type RequestLimits = typeof LIMITS;

interface RequestInfo {
  /** Without the query. */
  path: string;
  address: string;
  /** The `Authorization` header, or the web app's cookie. */
  authorization: string | undefined;
  /** The credential is in the body, which has not been read yet. */
  isSignIn?: boolean;
}

/** A credential that has not been accepted before, and the network that sent it. */
interface UnverifiedCredential {
  /** SHA-256; `null`: it is in the body of a sign-in. */
  credential: string | null;
  network: string;
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
 * may share that network. A loopback address belongs to a reverse proxy or to a program on this machine, so only
 * failures count for it.
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
    };
  }

  decide({ path, address, authorization, isSignIn = false }: RequestInfo): Decision {
    if (EXEMPT.test(path)) return { retryAfter: 0, unverified: null };
    // A sign-in is judged by the credential in its body, whatever cookie comes with it.
    const credential = authorization === undefined || isSignIn ? null : digest(authorization);
    if (credential !== null && this.verified.has(credential))
      return { retryAfter: this.buckets.credential.consume(credential), unverified: null };
    const network = digest(networkOf(address));
    const unverified = credential !== null || isSignIn ? { credential, network } : null;
    const retryAfter = unverified === null ? 0 : this.buckets.failure.retryAfter(network);
    if (retryAfter > 0) return { retryAfter, unverified: null };
    if (isLoopback(address)) return { retryAfter: 0, unverified };
    const { connect, address: addresses } = this.buckets;
    return { retryAfter: (CONNECT.test(path) ? connect : addresses).consume(network), unverified };
  }

  /** Called with the outcome of a request that had an unverified credential. */
  record({ credential, network }: UnverifiedCredential, outcome: 'accepted' | 'rejected' | 'unknown'): void {
    if (outcome === 'rejected') this.buckets.failure.consume(network);
    if (outcome === 'accepted' && credential !== null) this.verified.set(credential, true);
  }
}

/** After CORS, so that a page can read why it was refused; before anything else. */
export function limitRequests(server: FastifyInstance, store: RateLimitStore, sessionCookieName: string): void {
  const limit = new RequestLimit(store);
  const unverified = new WeakMap<FastifyRequest, UnverifiedCredential>();
  server.addHook('onRequest', (request, reply, done) => {
    const [path = ''] = request.url.split('?', 1);
    const { authorization = cookiesOf(request)[sessionCookieName] } = request.headers;
    const isSignIn = request.method === 'POST' && path === SIGN_IN;
    const decision = limit.decide({ path, address: request.ip, authorization, isSignIn });
    if (decision.unverified !== null) unverified.set(request, decision.unverified);
    if (decision.retryAfter === 0) return done();
    const { retryAfter } = decision;
    const detail = `These are more requests than this service accepts in a minute. Retry in ${retryAfter} s.`;
    sendProblem(new Problem('too-many-requests', detail, { retryAfter }), request, reply);
  });
  server.addHook('onResponse', (request: FastifyRequest & { caller?: unknown }, reply, done) => {
    const credential = unverified.get(request);
    const outcome = reply.statusCode === 401 ? 'rejected' : request.caller === undefined ? 'unknown' : 'accepted';
    if (credential !== undefined) limit.record(credential, outcome);
    done();
  });
}

/** Also an IPv4 address that comes in through an IPv6 socket. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** The /64 of an IPv6 address: a client usually has all of it. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [front = [], back = []] = address.split('::').map((half) => half.split(':'));
  const groups = address.includes('::')
    ? [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
    : front;
  return groups.slice(0, 4).join(':');
}

/** Keys in the store and in memory hold neither credentials nor addresses. */
function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
