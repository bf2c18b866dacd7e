import { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { Departure } from './departure.js';
import { Ending } from './ending.js';
import { asFailure, tooLarge } from './transport-failure.js';

export interface OpenRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer | Readable;
  /** Milliseconds until the headers of the answer are there, connecting and sending included; a streamed body may take longer to send. */
  deadlineMs: number;
  /** Each of them ends the exchange, also in the middle of the answer's body. */
  signal?: AbortSignal | AbortSignal[];
  /** Called when the request goes onto a connection, which was there already (`standing`) or was made for it. */
  departs?: (connection: 'standing' | 'new') => void;
}

export interface HttpRequest extends OpenRequest {
  body?: string;
  /** Milliseconds for the whole exchange: connecting, sending and the last byte of the answer. */
  deadlineMs: number;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  /** Parsed JSON, or `undefined` where the body is empty or no JSON. */
  body: unknown;
}

export interface OpenAnswer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  /** Ends with an error when the provider is silent for long, or when the exchange is aborted. */
  body: AnswerBody;
}

export interface AnswerBody extends Readable {
  /** Reads on without keeping anything, so that the connection can be used again; cuts what is long. */
  dump(): Promise<void>;
}

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
  async send({ headers, deadlineMs, signal, ...sent }: HttpRequest): Promise<HttpAnswer> {
    const ending = new Ending(deadlineMs, signal);
    try {
      const answer = await this.exchange(
        { ...sent, headers: { accept: 'application/json', ...headers } },
        ending.signal,
        deadlineMs,
        deadlineMs,
      );
      const text = await readText(answer.body);
      return { status: answer.statusCode, headers: flatten(answer.headers), body: parse(text) };
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
  async open({ deadlineMs, signal, ...sent }: OpenRequest): Promise<OpenAnswer> {
    const ending = new Ending(sent.body instanceof Readable ? null : deadlineMs, signal);
    try {
      const { statusCode, headers, body } = await this.exchange(sent, ending.signal, deadlineMs, IDLE_MS);
      ending.met();
      body.once('close', () => ending.over());
      // An end before anybody listens would be nobody's error, and with it the end of the process.
      body.on('error', () => {});
      return { status: statusCode, headers, body };
    } catch (error) {
      ending.over();
      throw asFailure(error, ending.isLate);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private exchange(
    { method, url, headers, body, departs }: Omit<OpenRequest, 'deadlineMs' | 'signal'>,
    signal: AbortSignal,
    headersTimeout: number,
    bodyTimeout: number,
  ): Promise<Dispatcher.ResponseData> {
    const departure = new Departure(departs);
    const answer = request(url, {
      dispatcher: this.agent.compose(departure.interceptor),
      method,
      headers: { 'user-agent': 'causeway', ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
      headersTimeout,
      bodyTimeout,
    });
    departure.isWaiting = true;
    return answer;
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function flatten(headers: OpenAnswer['headers']): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
