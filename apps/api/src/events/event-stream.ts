import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { LiveEvent, Reader } from './live-feed.js';

/** More than a whole replay; a reader that lets so much lie comes back, and is told what it missed. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
/** A key or a session may be revoked meanwhile: who comes back is looked at again. */
const LONGEST_MS = 10 * 60_000;
const RETRY_MS = 1_000;

/** `text/event-stream`. Nothing is sent before the first call, so until then the answer may still be a problem. */
export class EventStream implements Reader {
  private started = false;

  constructor(
    private readonly reply: FastifyReply,
    private readonly concerns: (event: LiveEvent) => boolean,
    private readonly left: () => void,
  ) {}

  event(event: LiveEvent): void {
    if (this.concerns(event))
      this.write(`id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }

  reset(id: string): void {
    this.write(`id: ${id}\nevent: reset\ndata: {}\n\n`);
  }

  /** An event without data is none, but its id counts as seen. */
  upTo(id: string): void {
    this.write(`: alive\nid: ${id}\n\n`);
  }

  end(): void {
    this.reply.raw.end();
  }

  private write(text: string): void {
    const { raw } = this.reply;
    if (!this.started) this.start();
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }

  private start(): void {
    this.started = true;
    this.reply.hijack();
    const { raw } = this.reply;
    raw.writeHead(200, {
      ...(this.reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that buffer would keep events back.
      'x-accel-buffering': 'no',
    });
    const ending = setTimeout(() => this.end(), LONGEST_MS).unref();
    raw.on('error', () => undefined);
    raw.on('close', () => {
      clearTimeout(ending);
      this.left();
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
  }
}
