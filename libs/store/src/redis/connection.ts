import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import type { Problem } from '@causeway/problem';
import { ErrorReply } from 'redis';
import { unavailable } from '../unavailable.js';
import type { Client, Connect } from './client.js';
import { COMMAND_TIMEOUT_MS, withTimeout } from './timeout.js';
import type { Script } from './script.js';

const RECONNECT_MS = 500;
/** Notices a connection that was lost without a sign before a caller does, and keeps an idle one alive. */
const HEARTBEAT_MS = 30_000;

/** Error replies of a server that cannot serve us, or not now: another connection may lead to one that can, after a fail-over. */
const WRONG_SERVER = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH|NOREPLICAS)/;

interface ConnectionObserver {
  /** A call failed. */
  failed?: (error: unknown) => void;
  /** A fault was noticed without a call. */
  noticed?: (error: unknown) => void;
  connected?: (client: Client) => Promise<void>;
}

/**
 * Keeps one client connected. Without one, commands are rejected at once, never queued. A client with a fault or a late response is
 * replaced, so that a Redis that hangs costs its first callers two seconds, and those after them nothing.
 */
export class Connection {
  private client: Client | undefined;
  private connectedAt = 0;
  private fault: unknown = new Error('not connected yet');
  private isReconnecting = false;
  private isClosed = false;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly connect: Connect,
    private readonly observer: ConnectionObserver = {},
  ) {
    this.heartbeat = setInterval(() => void this.ping().catch(() => {}), HEARTBEAT_MS).unref();
  }

  /** Resolves after the first attempt, whether it succeeded or not. */
  async start(): Promise<void> {
    if (!(await this.tryConnect())) void this.reconnect(RECONNECT_MS);
  }

  send(command: string, key: string, ...args: string[]): Promise<unknown> {
    return this.use((client) => client.send(key, [command, key, ...args]));
  }

  run(script: Script, keys: string[], args: string[]): Promise<unknown> {
    const [key = ''] = keys;
    const rest = [`${keys.length}`, ...keys, ...args];
    return this.use((client) =>
      client.send(key, ['EVALSHA', script.sha1, ...rest]).catch((error: unknown) => {
        // After a restart Redis has no scripts, nor has a new node of a cluster.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return client.send(key, ['EVAL', script.source, ...rest]);
      }),
    );
  }

  /** @throws Problem `store-unavailable` */
  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = this.client;
    if (client === undefined) throw this.failed(this.fault);
    try {
      return await withTimeout(COMMAND_TIMEOUT_MS, work(client));
    } catch (error) {
      // Any other error reply shows that the connection works.
      if (!(error instanceof ErrorReply) || WRONG_SERVER.test(error.message)) this.replace(client, error);
      // Another call met the fault for which this client was destroyed.
      throw this.failed(client !== this.client && isAborted(error) ? this.fault : error);
    }
  }

  /** One partition of each node. @throws Problem `store-unavailable` */
  async partitions(): Promise<string[]> {
    return this.use(async (client) => client.partitions());
  }

  async ping(): Promise<void> {
    await this.use((client) => client.send('', ['PING']));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.heartbeat);
    const client = this.client;
    this.client = undefined;
    this.fault = new Error('closed');
    if (client === undefined) return;
    await withTimeout(COMMAND_TIMEOUT_MS, client.quit()).catch(() => {});
    client.destroy();
  }

  private replace(client: Client, fault: unknown): void {
    if (client !== this.client || this.isClosed) return;
    // A server that refuses writes still serves reads.
    if (!client.servesOthers && !(fault instanceof ErrorReply)) {
      this.client = undefined;
      client.destroy();
    }
    this.reportFault(fault);
    if (this.isReconnecting) return;
    // At once, unless the server accepts connections and then breaks them.
    void this.reconnect(Date.now() - this.connectedAt > 2 * RECONNECT_MS ? 0 : RECONNECT_MS);
  }

  /** Random, so that not all processes connect at the same moment. */
  private async reconnect(delayMs: number): Promise<void> {
    this.isReconnecting = true;
    for (let ms = delayMs; !this.isClosed; ms = RECONNECT_MS) {
      await sleep(ms * (0.5 + Math.random() / 2), undefined, { ref: false });
      // The new client may have been lost before this line runs.
      if ((await this.tryConnect()) && this.client !== undefined) break;
    }
    this.isReconnecting = false;
  }

  private async tryConnect(): Promise<boolean> {
    if (this.isClosed) return true;
    try {
      const connected: { client?: Client } = {};
      const client = await this.connect((fault) => connected.client && this.replace(connected.client, fault));
      connected.client = client;
      if (this.isClosed) client.destroy();
      else await this.install(client);
      return true;
    } catch (error) {
      this.reportFault(error);
      return false;
    }
  }

  private async install(client: Client): Promise<void> {
    const former = this.client;
    this.client = client;
    this.connectedAt = Date.now();
    // By then each of its commands in flight has its response or has timed out.
    if (former !== undefined) setTimeout(() => former.destroy(), COMMAND_TIMEOUT_MS).unref();
    await this.observer.connected?.(client);
  }

  private failed(error: unknown): Problem {
    // After `close` nobody is interested.
    if (!this.isClosed) this.observer.failed?.(error);
    return unavailable(error);
  }

  private reportFault(fault: unknown): void {
    this.fault = fault;
    this.observer.noticed?.(fault);
  }
}

function isAborted(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ABORT_ERR';
}
