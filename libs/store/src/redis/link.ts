import { ErrorReply } from 'redis';
import { unavailable } from '../unavailable.js';
import { COMMAND_MS, within } from './deadline.js';
import type { Dial, Session } from './session.js';

const LONGEST_PAUSE_MS = 2_000;
/** Finds a connection that died without a word before a caller does, and keeps one alive that is idle. */
const HEARTBEAT_MS = 30_000;

/** Answers that mean "not here" or "not now": another connection may lead to a server that can. */
const WRONG_SERVER = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH|NOREPLICAS)/;

/**
 * Keeps one session with Redis. While there is none, work is refused at once, never queued. A session that is late or broken is
 * dropped, so that a Redis that hangs costs its first callers two seconds and nobody after them.
 */
export class Link {
  private session: Session | undefined;
  private since = 0;
  private losses = 0;
  private trouble: unknown = new Error('not connected yet');
  private reported = false;
  private redialling = false;
  private closed = false;
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly dial: Dial,
    private readonly report: (message: string) => void,
  ) {
    this.heartbeat = setInterval(() => void this.ping().catch(() => {}), HEARTBEAT_MS).unref();
  }

  /** Resolves after the first attempt, whether it succeeded or not. */
  static async open(dial: Dial, report: (message: string) => void): Promise<Link> {
    const link = new Link(dial, report);
    if (!(await link.connect())) void link.redial(1);
    return link;
  }

  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.session;
    if (session === undefined) throw unavailable(this.trouble);
    try {
      return await within(COMMAND_MS, work(session));
    } catch (error) {
      if (isBreak(error)) this.lose(session, error);
      throw unavailable(error);
    }
  }

  async ping(): Promise<void> {
    await this.use((session) => session.send('', ['PING']));
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.heartbeat);
    const session = this.session;
    this.session = undefined;
    this.trouble = new Error('closed');
    if (session === undefined) return;
    await within(COMMAND_MS, session.end()).catch(() => {});
    session.drop();
  }

  private lose(session: Session, cause: unknown): void {
    if (session !== this.session || this.closed) return;
    if (!session.partial) {
      this.session = undefined;
      session.drop();
    }
    this.complain(cause);
    if (this.redialling) return;
    // A server that accepts and then breaks must not be dialled in a tight loop.
    this.losses = Date.now() - this.since > 4 * LONGEST_PAUSE_MS ? 0 : this.losses + 1;
    void this.redial(this.losses);
  }

  private async redial(attempt: number): Promise<void> {
    this.redialling = true;
    for (let next = attempt; !this.closed; next++) {
      await pause(next);
      // A session can be lost before this line knows of it.
      if ((await this.connect()) && this.session !== undefined) break;
    }
    this.redialling = false;
  }

  private async connect(): Promise<boolean> {
    if (this.closed) return true;
    try {
      const dialled: { session?: Session } = {};
      const session = await this.dial((cause) => dialled.session && this.lose(dialled.session, cause));
      dialled.session = session;
      if (this.closed) {
        session.drop();
        return true;
      }
      this.replaceBy(session);
      return true;
    } catch (error) {
      this.complain(error);
      return false;
    }
  }

  private replaceBy(session: Session): void {
    const former = this.session;
    this.session = session;
    this.since = Date.now();
    // By then each of its commands in flight has been answered or given up.
    if (former !== undefined) setTimeout(() => former.drop(), COMMAND_MS).unref();
    if (this.reported) this.report('Redis answers again');
    this.reported = false;
  }

  private complain(cause: unknown): void {
    this.trouble = cause;
    if (this.reported) return;
    this.reported = true;
    this.report(`Redis cannot be used: ${reason(cause)}`);
  }
}

/** Not at once where it failed before, never longer than the cap, and not all processes at the same moment. */
function pause(attempt: number): Promise<void> {
  if (attempt === 0) return Promise.resolve();
  const longest = Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS);
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)).unref());
}

/** An answer, even an error, shows a connection that works; so does a value of the cache that JSON cannot hold. */
function isBreak(error: unknown): boolean {
  if (error instanceof ErrorReply) return WRONG_SERVER.test(error.message);
  return !(error instanceof SyntaxError || error instanceof TypeError);
}

function reason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
