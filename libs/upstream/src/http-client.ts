import { Agent, errors, request } from 'undici';
import { UpstreamError } from './upstream-error.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Milliseconds for the whole exchange: connecting, sending and the last byte of the answer. */
  deadlineMs: number;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  /** Parsed JSON, or `undefined` where the body is empty or no JSON. */
  body: unknown;
}

/** Larger answers than this are refused: no documented page comes near it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** One HTTP exchange with a provider: keep-alive, a deadline over all of it, a size cap, redirects never followed. */
export class HttpClient {
  private readonly agent = new Agent({
    connect: { timeout: 5_000 },
    keepAliveTimeout: 30_000,
    connections: 64,
    maxResponseSize: MAX_BODY_BYTES,
  });

  /** @throws UpstreamError `timeout` or `unavailable`; any answer at all, also a 500, is returned. */
  async send({ method, url, headers, body, deadlineMs, signal }: HttpRequest): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(deadlineMs);
    const stop = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    try {
      const answer = await request(url, {
        dispatcher: this.agent,
        method,
        headers: { accept: 'application/json', 'user-agent': 'causeway', ...headers },
        ...(body === undefined ? {} : { body }),
        signal: stop,
        headersTimeout: deadlineMs,
        bodyTimeout: deadlineMs,
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: flatten(answer.headers), body: parse(text) };
    } catch (error) {
      throw asFailure(error, deadline.aborted);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function asFailure(error: unknown, late: boolean): UpstreamError {
  const timedOut =
    late ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return new UpstreamError(timedOut ? 'timeout' : 'unavailable', {}, { cause: error });
}

function flatten(headers: Record<string, string | string[] | undefined>): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : value,
    ]),
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
