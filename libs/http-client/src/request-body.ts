import { Readable } from 'node:stream';
import type { StreamedRequest } from './http-message.js';

/** A request body for several tries. A stream can be sent again only while nothing has been read from it. */
export class RequestBody {
  private hasBeenRead = false;

  constructor(private readonly source: StreamedRequest['body']) {}

  /** The body for one try. undici destroys the stream that it is given, so a stream is wrapped. */
  forTry(): StreamedRequest['body'] {
    return this.source instanceof Readable ? Readable.from(this.read(this.source), { objectMode: false }) : this.source;
  }

  canBeSentAgain(): boolean {
    return !(this.source instanceof Readable) || (!this.hasBeenRead && !this.source.destroyed);
  }

  private async *read(source: Readable): AsyncGenerator<Buffer> {
    this.hasBeenRead = true;
    yield* source as AsyncIterable<Buffer>;
  }
}
