import { Readable } from 'node:stream';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { ACCEPTED_CODING, decodeBody, tooLarge } from './content-coding.js';
import { Deadline } from './deadline.js';
import { BufferedExchange, StreamedExchange } from './exchange.js';
import type { ExchangeObserver, HttpRequest, HttpResponse, StreamedRequest, StreamedResponse } from './http-message.js';
import { parseJson } from './parse-json.js';
import { toUpstreamError } from './transport-error.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** Between two chunks of a streamed body. */
const STREAM_IDLE_TIMEOUT_MS = 30_000;
/** Of a body that is read as a whole, without its content coding. No documented page comes near this size. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const ACCEPTED = { accept: 'application/json', 'accept-encoding': ACCEPTED_CODING };

/** Of one origin. Each exchange of the first kind ends within seconds; a streamed one lasts as long as its client likes. */
const MAX_CONNECTIONS = { buffered: 128, streamed: 1_024 };

/** HTTP requests to providers, without retries: keep-alive connections per origin, timeouts, a size limit. Follows no redirects. */
export class HttpClient {
  /** Apart from each other, so that streams that do not move keep no other request waiting. */
  private readonly agents;

  /** @param lookup resolves the host names that are connected to; addresses in URLs do not come by it */
  constructor(
    private readonly observe: ExchangeObserver = () => null,
    lookup?: LookupFunction,
  ) {
    this.agents = {
      buffered: newAgent(MAX_CONNECTIONS.buffered, lookup),
      streamed: newAgent(MAX_CONNECTIONS.streamed, lookup),
    };
  }

  /**
   * Reads the whole response, whatever its status.
   * @throws UpstreamError `timeout`, `unavailable`, `malformed`, or `rejected` if the request cannot be sent over HTTP
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { timeoutMs, signals = [], headers, acceptBody } = request;
    const observed = this.observe(request);
    const exchange = new BufferedExchange(request, MAX_BODY_BYTES);
    const deadline = new Deadline(timeoutMs, signals, () => exchange.abort());
    try {
      const accepting = { ...request, headers: { ...ACCEPTED, ...headers, ...observed?.headers } };
      this.dispatch(this.agents.buffered, accepting, exchange, timeoutMs);
      const { status, headers: responseHeaders, bytes } = await exchange.response;
      const decoded = await decodeBody(bytes, responseHeaders['content-encoding'], MAX_BODY_BYTES);
      if (decoded !== bytes && acceptBody?.(decoded.length) === false) throw tooLarge(decoded.length);
      observed?.onEnd(status);
      return { status, headers: responseHeaders, body: parseJson(decoded) };
    } catch (error) {
      const failure = toUpstreamError(error, deadline.hasTimedOut);
      observed?.onEnd(failure);
      throw failure;
    } finally {
      deadline.clear();
    }
  }

  /**
   * Resolves when the response headers arrive, whatever the status. The caller must read, dump or destroy the body.
   * @throws UpstreamError `timeout`, `unavailable`, or `rejected` if the request cannot be sent over HTTP
   */
  async stream(request: StreamedRequest): Promise<StreamedResponse> {
    const { timeoutMs, signals = [], body } = request;
    const observed = this.observe(request);
    const exchange = new StreamedExchange(request);
    const deadline = new Deadline(body instanceof Readable ? null : timeoutMs, signals, () => exchange.abort());
    try {
      const sent = observed === null ? request : { ...request, headers: { ...request.headers, ...observed.headers } };
      this.dispatch(this.agents.streamed, sent, exchange, STREAM_IDLE_TIMEOUT_MS);
      const response = await exchange.response;
      observed?.onEnd(response.status);
      deadline.clearTimeout();
      if (response.body.closed) deadline.clear();
      else response.body.once('close', () => deadline.clear());
      return response;
    } catch (error) {
      deadline.clear();
      const failure = toUpstreamError(error, deadline.hasTimedOut);
      observed?.onEnd(failure);
      throw failure;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.agents.buffered.destroy(), this.agents.streamed.destroy()]);
  }

  private dispatch(
    agent: Agent,
    { method, url, headers, body, timeoutMs }: StreamedRequest,
    exchange: BufferedExchange | StreamedExchange,
    bodyTimeout: number,
  ): void {
    const { origin, pathname, search } = new URL(url);
    agent.dispatch(
      {
        origin,
        path: pathname + search,
        method,
        headers: { 'user-agent': 'causeway', ...headers },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout,
      },
      exchange,
    );
    exchange.isQueued = true;
  }
}

function newAgent(connections: number, lookup?: LookupFunction): Agent {
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) };
  return new Agent({ connect, keepAliveTimeout: 30_000, connections });
}
