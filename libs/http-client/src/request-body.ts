import { Readable } from 'node:stream';
import type { StreamedRequest } from './http-message.js';

/** A request body for as many tries as it is good for: a stream can be sent once, and again only while nobody has read from it. */
export class RequestBody {
  private begun = false;

  constructor(private readonly source: StreamedRequest['body']) {}

  /** What one try sends: undici destroys the stream it was given, and the source has to outlive that. */
  forTry(): StreamedRequest['body'] {
    return this.source instanceof Readable ? Readable.from(this.read(this.source), { objectMode: false }) : this.source;
  }

  canBeSentAgain(): boolean {
    return !(this.source instanceof Readable) || (!this.begun && !this.source.destroyed);
  }

  private async *read(source: Readable): AsyncGenerator<Buffer> {
    this.begun = true;
    yield* source as AsyncIterable<Buffer>;
  }
}
