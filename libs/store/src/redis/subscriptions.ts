import { EventEmitter } from 'node:events';
import type { RedisClientType } from 'redis';
import type { Address } from './address.js';
import { COMMAND_MS, within } from './deadline.js';
import { openClient } from './node-session.js';

const PAUSE_MS = 1_000;
/** Finds a connection that died without a word. */
const HEARTBEAT_MS = 10_000;

/** Listens on a connection of its own: made when the first listener comes, and made again whenever it breaks. */
export class Subscriptions {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private client: RedisClientType | undefined;
  private drop = () => {};
  private running = false;
  private closed = false;

  constructor(private readonly addresses: readonly Address[]) {}

  /** What it returns ends the subscription. */
  add(channel: string, listener: (message: string) => void): () => void {
    const isNew = this.emitter.listenerCount(channel) === 0;
    this.emitter.on(channel, listener);
    if (!this.running) void this.run();
    else if (isNew) void this.listenTo(channel).catch(() => this.drop());
    return () => void this.emitter.off(channel, listener);
  }

  close(): void {
    this.closed = true;
    this.emitter.removeAllListeners();
    this.drop();
  }

  /** A cluster passes on what any of its nodes is told, so any node that answers will do. */
  private async run(): Promise<void> {
    this.running = true;
    for (let turn = 0; !this.closed; turn += 1) {
      const address = this.addresses[turn % this.addresses.length];
      if (address !== undefined) await this.listenAt(address).catch(() => {});
      if (!this.closed) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
    }
  }

  /** Until the connection breaks. */
  private async listenAt(address: Address): Promise<void> {
    let broken = () => {};
    const ended = new Promise<void>((resolve) => (broken = resolve));
    const { client, drop } = await openClient(address, () => broken());
    this.drop = () => {
      broken();
      drop();
    };
    this.client = client;
    const heartbeat = setInterval(() => void within(COMMAND_MS, client.ping()).catch(broken), HEARTBEAT_MS).unref();
    try {
      if (this.closed) return;
      await Promise.all(this.emitter.eventNames().map((channel) => this.listenTo(String(channel))));
      await ended;
    } finally {
      clearInterval(heartbeat);
      this.client = undefined;
      drop();
    }
  }

  private async listenTo(channel: string): Promise<void> {
    const listening = this.client?.subscribe(channel, (message) => void this.emitter.emit(channel, message));
    if (listening !== undefined) await within(COMMAND_MS, listening);
  }
}
