import { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { Deadline } from './deadline.js';
import { OpenedExchange, WholeExchange } from './exchange.js';
import type { HttpResponse, HttpRequest, StreamedResponse, StreamedRequest } from './http-message.js';
import { asFailure } from './transport-failure.js';

const CONNECT_MS = 5_000;
/** Between two parts of a streamed body. */
const IDLE_MS = 30_000;
/** Larger answers than this are refused where they are read as a whole: no documented page comes near it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** One HTTP exchange with a provider: keep-alive connections for each origin, deadlines, a size cap, redirects never followed. */
export class HttpClient {
  private readonly agent = new Agent({
    connect: { timeout: CONNECT_MS },
    keepAliveTimeout: 30_000,
    connections: 64,
  });

  /** @throws UpstreamError `timeout`, `unavailable` or `malformed`; any answer at all, also a 500, is returned. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { deadlineMs, signals, headers } = request;
    const ending = new Deadline(deadlineMs, signals);
    const exchange = new WholeExchange(request, MAX_BODY_BYTES);
    ending.whenEnded(() => exchange.abort());
    try {
      this.dispatch({ ...request, headers: { accept: 'application/json', ...headers } }, exchange, deadlineMs);
      const answer = await exchange.answer;
      return { status: answer.status, headers: flatten(answer.headers), body: parse(answer.text) };
    } catch (error) {
      throw asFailure(error, ending.isLate);
    } finally {
      ending.over();
    }
  }

  /**
   * Resolves as soon as the headers of the answer are there, whatever the status; its body is the caller's to read or to destroy.
   * @throws UpstreamError `timeout` or `unavailable`; `rejected` for a request that cannot be sent at all
   */
  async stream(request: StreamedRequest): Promise<StreamedResponse> {
    const { deadlineMs, signals, body } = request;
    const ending = new Deadline(body instanceof Readable ? null : deadlineMs, signals);
    const exchange = new OpenedExchange(request);
    ending.whenEnded(() => exchange.abort());
    try {
      this.dispatch(request, exchange, IDLE_MS);
      const answer = await exchange.answer;
      ending.met();
      if (answer.body.closed) ending.over();
      else answer.body.once('close', () => ending.over());
      return answer;
    } catch (error) {
      ending.over();
      throw asFailure(error, ending.isLate);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private dispatch(
    { method, url, headers, body, deadlineMs }: StreamedRequest,
    exchange: WholeExchange | OpenedExchange,
    bodyTimeout: number,
  ): void {
    const { origin, pathname, search } = new URL(url);
    const options: Dispatcher.DispatchOptions = {
      origin,
      path: pathname + search,
      method,
      headers: { 'user-agent': 'causeway', ...headers },
      ...(body === undefined ? {} : { body }),
      headersTimeout: deadlineMs,
      bodyTimeout,
    };
    this.agent.dispatch(options, exchange);
    exchange.isWaiting = true;
  }
}

function flatten(headers: StreamedResponse['headers']): HttpResponse['headers'] {
  const flat: HttpResponse['headers'] = {};
  for (const name in headers) {
    const value = headers[name];
    flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
