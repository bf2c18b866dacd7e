import { Readable } from 'node:stream';
import { errors, type Dispatcher } from 'undici';
import type { ResponseBody, StreamedResponse, StreamedRequest } from './http-message.js';
import { tooLarge } from './transport-failure.js';

type Controller = Dispatcher.DispatchController;
type Headers = StreamedResponse['headers'];
type Sent = Pick<StreamedRequest, 'body' | 'departs' | 'answers'>;

/**
 * One request and its answer, as undici's dispatcher tells of them. Its own `request` gives each answer a stream, a signal and an async
 * resource, which cost twice as much as the exchange itself; every call to a provider goes through here.
 */
abstract class Exchange<Answer> implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  /** It was handed over, and did not go at once: no connection stood idle. */
  isWaiting = false;
  protected resolve!: (answer: Answer) => void;
  protected reject!: (error: unknown) => void;
  private controller: Controller | undefined;
  private cause: Error | undefined;
  protected isOver = false;

  constructor(private readonly sent: Sent) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  abort(cause?: Error): void {
    if (this.isOver || this.cause !== undefined) return;
    this.cause = cause ?? new errors.RequestAbortedError();
    if (this.controller === undefined) this.onResponseError(undefined, this.cause);
    else this.controller.abort(this.cause);
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.cause !== undefined) controller.abort(this.cause);
    else this.sent.departs?.(this.isWaiting ? 'new' : 'standing');
  }

  onResponseStart(controller: Controller, status: number, headers: Headers): void {
    // 100 Continue and its kin come before the answer.
    if (status < 200) return;
    this.sent.answers?.();
    this.begins(controller, status, headers);
  }

  abstract onResponseData(controller: Controller, chunk: Buffer): void;

  onResponseEnd(): void {
    this.isOver = true;
    this.ends();
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.isOver = true;
    // Nobody reads it any more.
    if (this.sent.body instanceof Readable) this.sent.body.on('error', () => {}).destroy(error);
    this.breaks(error);
  }

  protected abstract begins(controller: Controller, status: number, headers: Headers): void;
  protected abstract ends(): void;
  protected abstract breaks(error: Error): void;
}

/** The whole body as a text. */
export class WholeExchange extends Exchange<{ status: number; headers: Headers; text: string }> {
  private status = 0;
  private headers: Headers = {};
  private bytes = 0;
  private readonly chunks: Buffer[] = [];

  constructor(
    sent: Sent,
    private readonly mostBytes: number,
  ) {
    super(sent);
  }

  override onResponseData(_controller: Controller, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.mostBytes) this.abort(tooLarge(this.mostBytes));
    else this.chunks.push(chunk);
  }

  protected override begins(_controller: Controller, status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
  }

  protected override ends(): void {
    const [first, ...more] = this.chunks;
    const bytes = first === undefined || more.length > 0 ? Buffer.concat(this.chunks) : first;
    this.resolve({ status: this.status, headers: this.headers, text: bytes.toString() });
  }

  protected override breaks(error: Error): void {
    this.reject(error);
  }
}

/** The body as a stream, from the moment the headers are there. */
export class OpenedExchange extends Exchange<StreamedResponse> {
  private body: StreamedBody | undefined;

  override onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.body?.push(chunk) === false) controller.pause();
  }

  protected override begins(controller: Controller, status: number, headers: Headers): void {
    this.body = new StreamedBody(controller, (cause) => this.abort(cause));
    this.resolve({ status, headers, body: this.body });
  }

  protected override ends(): void {
    this.body?.push(null);
  }

  protected override breaks(error: Error): void {
    this.reject(error);
    this.body?.destroy(error);
  }
}

/** What is read ahead of a slow reader. */
const READ_AHEAD_BYTES = 64 * 1024;
/** So much of a body that nobody wants is read, to keep the connection. */
const MOST_DUMPED_BYTES = 128 * 1024;

class StreamedBody extends Readable implements ResponseBody {
  constructor(
    private readonly controller: Controller,
    private readonly abort: (cause?: Error) => void,
  ) {
    super({ highWaterMark: READ_AHEAD_BYTES });
    // An end before anybody listens would be nobody's error, and with it the end of the process.
    this.on('error', () => {});
  }

  async dump(): Promise<void> {
    let bytes = 0;
    this.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_DUMPED_BYTES) this.destroy();
    });
    if (!this.closed) await new Promise((resolve) => this.once('close', resolve));
  }

  override _read(): void {
    this.controller.resume();
  }

  /** Also after the last byte, when there is nothing left to abort. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.abort(error ?? undefined);
    done(error);
  }
}
