import { Readable } from 'node:stream';
import { errors, type Dispatcher } from 'undici';
import { tooLarge } from './content-coding.js';
import type { HttpRequest, ResponseBody, ResponseHead, StreamedRequest, StreamedResponse } from './http-message.js';

type Controller = Dispatcher.DispatchController;
type Headers = ResponseHead['headers'];
type Request = Pick<StreamedRequest, 'body' | 'onSend' | 'onResponse'>;

/**
 * One request and its response as a handler of undici's dispatcher. undici's own `request` creates a stream, a signal and an async resource
 * for each response, which cost twice as much as the exchange itself, and every request to a provider goes through here.
 */
abstract class Exchange<Response> implements Dispatcher.DispatchHandler {
  readonly response: Promise<Response>;
  /** Set after the dispatch: a request that was not sent by then waited for a new connection. */
  isQueued = false;
  protected resolve!: (response: Response) => void;
  private reject!: (error: unknown) => void;
  private controller: Controller | undefined;
  private abortReason: Error | undefined;
  private isOver = false;

  constructor(private readonly request: Request) {
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  abort(reason?: Error): void {
    if (this.isOver || this.abortReason !== undefined) return;
    this.abortReason = reason ?? new errors.RequestAbortedError();
    if (this.controller === undefined) this.onResponseError(undefined, this.abortReason);
    else this.controller.abort(this.abortReason);
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.abortReason !== undefined) controller.abort(this.abortReason);
    else this.request.onSend?.(this.isQueued ? 'new' : 'reused');
  }

  onResponseStart(controller: Controller, status: number, headers: Headers): void {
    // An interim response such as 100 Continue.
    if (status < 200) return;
    this.request.onResponse?.();
    this.handleHead(controller, status, headers);
  }

  abstract onResponseData(controller: Controller, chunk: Buffer): void;

  onResponseEnd(): void {
    this.isOver = true;
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.isOver = true;
    if (this.request.body instanceof Readable) this.request.body.on('error', () => {}).destroy(error);
    this.reject(error);
  }

  protected abstract handleHead(controller: Controller, status: number, headers: Headers): void;
}

/** Resolves with the whole body. */
export class BufferedExchange extends Exchange<ResponseHead & { bytes: Buffer }> {
  private head: ResponseHead = { status: 0, headers: {} };
  private bytes = 0;
  private readonly chunks: Buffer[] = [];

  private readonly acceptBody: (bytes: number) => boolean;

  constructor(
    { acceptBody = () => true, ...request }: Request & Pick<HttpRequest, 'acceptBody'>,
    private readonly maxBytes: number,
  ) {
    super(request);
    this.acceptBody = acceptBody;
  }

  override onResponseData(_controller: Controller, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.maxBytes && this.acceptBody(this.bytes)) this.chunks.push(chunk);
    else this.abort(tooLarge(Math.min(this.bytes, this.maxBytes)));
  }

  protected override handleHead(_controller: Controller, status: number, headers: Headers): void {
    this.head = { status, headers };
  }

  override onResponseEnd(): void {
    super.onResponseEnd();
    const [first, ...more] = this.chunks;
    const bytes = first === undefined || more.length > 0 ? Buffer.concat(this.chunks) : first;
    this.resolve({ ...this.head, bytes });
  }
}

/** Resolves when the headers arrive, with the body as a stream. */
export class StreamedExchange extends Exchange<StreamedResponse> {
  private body: StreamedBody | undefined;

  override onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.body?.push(chunk) === false) controller.pause();
  }

  protected override handleHead(controller: Controller, status: number, headers: Headers): void {
    this.body = new StreamedBody(controller, (reason) => this.abort(reason));
    this.resolve({ status, headers, body: this.body });
  }

  override onResponseEnd(): void {
    super.onResponseEnd();
    this.body?.finish();
  }

  override onResponseError(controller: Controller | undefined, error: Error): void {
    super.onResponseError(controller, error);
    this.body?.destroy(error);
  }
}

const READ_AHEAD_BYTES = 64 * 1024;
/** A body up to this size is read to its end to keep the connection. */
const MAX_DUMPED_BYTES = 128 * 1024;

class StreamedBody extends Readable implements ResponseBody {
  isComplete = false;

  constructor(
    private readonly controller: Controller,
    private readonly abort: (reason?: Error) => void,
  ) {
    super({ highWaterMark: READ_AHEAD_BYTES });
    // Without a listener, an error before the caller reads the body would be uncaught and end the process.
    this.on('error', () => {});
  }

  finish(): void {
    this.isComplete = true;
    this.push(null);
  }

  async dump(): Promise<void> {
    let bytes = 0;
    this.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_DUMPED_BYTES) this.destroy();
    });
    if (!this.closed) await new Promise((resolve) => this.once('close', resolve));
  }

  override _read(): void {
    this.controller.resume();
  }

  /** Runs after the last byte too, when `abort` does nothing. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.abort(error ?? undefined);
    done(error);
  }
}
