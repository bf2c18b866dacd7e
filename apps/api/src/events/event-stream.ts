import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { AuthorizationCheck } from '../access/caller.js';
import type { LiveEvent, Subscriber } from './live-feed.js';

/** More than a whole replay. A client that is disconnected for this comes back and gets what it missed. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;
/** Longer streams would outlive the deployments of proxies and clients. */
const MAX_DURATION_MS = 10 * 60_000;
const RETRY_MS = 1_000;

export interface SubscriberIdentity {
  identity: string;
  isStillAuthorized: AuthorizationCheck;
  maySee: (event: LiveEvent) => boolean;
}

/** `text/event-stream`. The head is written with the first message: until then, the response may still become a problem. */
export class EventStream implements Subscriber {
  readonly identity: string;
  readonly isStillAuthorized: AuthorizationCheck;
  private isStarted = false;

  constructor(
    private readonly reply: FastifyReply,
    private readonly subscriber: SubscriberIdentity,
    private readonly onClose: () => void,
    private readonly maxDurationMs = MAX_DURATION_MS,
  ) {
    this.identity = subscriber.identity;
    this.isStillAuthorized = subscriber.isStillAuthorized;
  }

  sendEvent(event: LiveEvent): void {
    if (this.subscriber.maySee(event))
      this.write(`id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }

  sendReset(id: string): void {
    this.write(`id: ${id}\nevent: reset\ndata: {}\n\n`);
  }

  /** A message without data is no event for an EventSource, but it sets `Last-Event-ID`. */
  sendHeartbeat(id: string): void {
    this.write(`: alive\nid: ${id}\n\n`);
  }

  disconnect(): void {
    this.reply.raw.end();
  }

  private write(text: string): void {
    const { raw } = this.reply;
    if (!this.isStarted) this.start();
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }

  private start(): void {
    this.isStarted = true;
    this.reply.hijack();
    const { raw } = this.reply;
    raw.writeHead(200, {
      ...(this.reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would buffer events.
      'x-accel-buffering': 'no',
    });
    const timer = setTimeout(() => this.disconnect(), this.maxDurationMs).unref();
    raw.on('error', () => undefined);
    raw.on('close', () => {
      clearTimeout(timer);
      this.onClose();
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
  }
}
