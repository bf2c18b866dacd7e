import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClientType } from 'redis';
import type { Node } from './client.js';
import { COMMAND_TIMEOUT_MS, withTimeout } from './timeout.js';

const RECONNECT_MS = 1_000;
/** Notices a connection that was lost without a sign. */
const HEARTBEAT_MS = 10_000;

interface SubscriberOptions {
  /** Connects to any node that forwards all messages; another one with each attempt, if there are several. */
  connect: (attempt: number, onError: (cause: unknown) => void) => Promise<Node>;
  /** Called for each attempt that failed. */
  onFailure: (cause: unknown) => void;
}

/** Subscribes on a connection of its own, which is opened for the first listener and again after each fault. */
export class Subscriber {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private node: RedisClientType | undefined;
  private disconnect = () => {};
  private isRunning = false;
  private isClosed = false;

  constructor(private readonly options: SubscriberOptions) {}

  /** @returns a function that ends the subscription */
  subscribe(channel: string, listener: (message: string) => void): () => void {
    const isNew = this.emitter.listenerCount(channel) === 0;
    this.emitter.on(channel, listener);
    if (!this.isRunning) void this.run();
    else if (isNew) void this.subscribeTo(channel).catch(() => this.disconnect());
    return () => void this.emitter.off(channel, listener);
  }

  close(): void {
    this.isClosed = true;
    this.emitter.removeAllListeners();
    this.disconnect();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let attempt = 0; !this.isClosed; attempt += 1) {
      await this.listen(attempt).catch(this.options.onFailure);
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
  }

  /** Resolves when the connection is lost. */
  private async listen(attempt: number): Promise<void> {
    const lost = new AbortController();
    const { node, destroy } = await this.options.connect(attempt, () => lost.abort());
    this.disconnect = () => lost.abort();
    this.node = node;
    const ping = () => void withTimeout(COMMAND_TIMEOUT_MS, node.ping()).catch(this.disconnect);
    const heartbeat = setInterval(ping, HEARTBEAT_MS).unref();
    try {
      if (this.isClosed) return;
      await Promise.all(this.emitter.eventNames().map((channel) => this.subscribeTo(String(channel))));
      if (!lost.signal.aborted) await once(lost.signal, 'abort');
    } finally {
      clearInterval(heartbeat);
      this.node = undefined;
      destroy();
    }
  }

  private async subscribeTo(channel: string): Promise<void> {
    const subscribed = this.node?.subscribe(channel, (message) => void this.emitter.emit(channel, message));
    if (subscribed !== undefined) await withTimeout(COMMAND_TIMEOUT_MS, subscribed);
  }
}
