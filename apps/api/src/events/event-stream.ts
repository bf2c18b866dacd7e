import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { LiveEvent, Reader } from './live-feed.js';

/** More than a whole replay; a reader that lets so much lie comes back, and is told what it missed. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
/** Proxies and clients change meanwhile: nobody stays for ever. */
const LONGEST_MS = 10 * 60_000;
const RETRY_MS = 1_000;

/** For whom a stream is, and of what. */
export interface Audience {
  /** Names the credential. */
  credential: string;
  mayRead: () => Promise<boolean>;
  concerns: (event: LiveEvent) => boolean;
}

/** `text/event-stream`. Nothing is sent before the first call, so until then the answer may still be a problem. */
export class EventStream implements Reader {
  readonly credential: string;
  readonly mayRead: () => Promise<boolean>;
  private started = false;

  constructor(
    private readonly reply: FastifyReply,
    private readonly audience: Audience,
    private readonly left: () => void,
    private readonly longestMs = LONGEST_MS,
  ) {
    this.credential = audience.credential;
    this.mayRead = audience.mayRead;
  }

  event(event: LiveEvent): void {
    if (this.audience.concerns(event))
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
    const ending = setTimeout(() => this.end(), this.longestMs).unref();
    raw.on('error', () => undefined);
    raw.on('close', () => {
      clearTimeout(ending);
      this.left();
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
  }
}
