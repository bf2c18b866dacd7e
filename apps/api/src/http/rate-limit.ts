import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import type { RateLimitStore } from '@causeway/store';
import { Allowance } from './allowance.js';

const MINUTE_MS = 60_000;

/** Requests a minute. A back end reads tokens as fast as one process answers: its limit is for what runs wild, the others' for guessing. */
const LIMITS = { credential: 1_200_000, address: 600, connect: 120, failure: 600 };

const MOST_CREDENTIALS = 10_000;

/** Asked by machines that must not be refused. */
const EXEMPT = /^\/(health\/|metrics$)/;
/** What people pass through on their way to a provider and back, a page or two a connection. */
const CONNECT = /^\/(connect\/|integrations\/[^/]*\/oauth2callback$)/;

const SIGN_IN = '/web-session';

export type RateLimits = typeof LIMITS;

interface Arrival {
  /** Without the query. */
  path: string;
  address: string;
  /** The header, or the web app's cookie. */
  authorization: string | undefined;
  /** A key is in its body, where nobody sees it yet. */
  signsIn?: boolean;
}

/** A credential of which nobody knows yet whether it is any good, and where it came from. */
interface Unproved {
  /** `null`: it is in the body of a sign-in. */
  credential: string | null;
  network: string;
}

interface Admission {
  /** Seconds; 0: come in. */
  wait: number;
  unproved: Unproved | null;
}

const COME_IN: Admission = { wait: 0, unproved: null };

/**
 * Our own rate limit. A credential that has opened a route counts for itself; everything else counts for the address it comes from, so
 * that inventing keys is no way around it. An address whose credentials keep failing is refused before they are looked up, but never a
 * credential that is known to be good: others may share that address. A loopback address is not a client's but that of a proxy or a
 * program on this machine: only failures count for it.
 */
export class RateLimit {
  private readonly credentials: Allowance;
  private readonly addresses: Allowance;
  private readonly connects: Allowance;
  private readonly failures: Allowance;
  private readonly good = new Map<string, true>();

  constructor(store: Pick<RateLimitStore, 'reserveSlot'>, limits: RateLimits = LIMITS) {
    const allowance = (name: keyof RateLimits) =>
      new Allowance(store, name, { limit: limits[name], periodMs: MINUTE_MS });
    this.credentials = allowance('credential');
    this.addresses = allowance('address');
    this.connects = allowance('connect');
    this.failures = allowance('failure');
  }

  admit({ path, address, authorization, signsIn = false }: Arrival): Admission {
    if (EXEMPT.test(path)) return COME_IN;
    // Whoever signs in is judged by what he signs in with.
    const credential = authorization === undefined || signsIn ? null : digest(authorization);
    if (credential !== null && this.good.has(credential))
      return { wait: this.credentials.take(credential), unproved: null };
    const network = digest(networkOf(address));
    const shows = credential !== null || signsIn;
    if (shows) {
      const wait = this.failures.isSpent(network);
      if (wait > 0) return { wait, unproved: null };
    }
    const unproved = shows ? { credential, network } : null;
    if (isLoopback(address)) return { wait: 0, unproved };
    return { wait: (CONNECT.test(path) ? this.connects : this.addresses).take(network), unproved };
  }

  /** After the answer to a credential that was not known to be good. */
  learn({ credential, network }: Unproved, answer: 'opened' | 'refused' | 'neither'): void {
    if (answer === 'refused') this.failures.take(network);
    if (answer !== 'opened' || credential === null) return;
    const [oldest] = this.good.keys();
    if (this.good.size >= MOST_CREDENTIALS && oldest !== undefined) this.good.delete(oldest);
    this.good.set(credential, true);
  }
}

/** After CORS, so that a page can read why it was refused; before anything else. */
export function limitRate(server: FastifyInstance, store: RateLimitStore, sessionCookieName: string): void {
  const limit = new RateLimit(store);
  const unproved = new WeakMap<FastifyRequest, Unproved>();
  server.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request);
    const { authorization = request.cookies[sessionCookieName] } = request.headers;
    const signsIn = request.method === 'POST' && path === SIGN_IN;
    const admission = limit.admit({ path, address: request.ip, authorization, signsIn });
    if (admission.unproved !== null) unproved.set(request, admission.unproved);
    if (admission.wait === 0) done();
    else refuse(path, reply, admission.wait);
  });
  server.addHook('onResponse', (request: FastifyRequest & { caller?: unknown }, reply, done) => {
    const shown = unproved.get(request);
    const answer = reply.statusCode === 401 ? 'refused' : request.caller === undefined ? 'neither' : 'opened';
    if (shown !== undefined) limit.learn(shown, answer);
    done();
  });
}

function refuse(path: string, reply: FastifyReply, retryAfter: number): void {
  const detail = `These are more requests than this service accepts in a minute. Go on in ${retryAfter} s.`;
  const problem = new Problem('too-many-requests', detail, { retryAfter });
  reply
    .status(problem.status)
    .header('retry-after', String(retryAfter))
    .type('application/problem+json; charset=utf-8')
    .send(problem.toBody(path));
}

function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Also where IPv4 comes in through an IPv6 socket. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** Whoever has an IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [front = [], back = []] = address.split('::').map((half) => half.split(':'));
  const groups = address.includes('::')
    ? [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
    : [...front];
  return groups.slice(0, 4).join(':');
}

/** Names in the store are no credentials, and no addresses of people. */
function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
