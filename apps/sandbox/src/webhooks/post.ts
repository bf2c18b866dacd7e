import http from 'node:http';
import https from 'node:https';

export interface PostResult {
  /** undefined: no response came. */
  status: number | undefined;
  headers: http.IncomingHttpHeaders;
  /** Its beginning. */
  body: string;
  /** `timeout`, or the code of the failed connection, such as `ECONNREFUSED`. */
  error: string | undefined;
  durationMs: number;
}

export const isWebAddress = (url: string): boolean => /^https?:/.test(url) && URL.canParse(url);

const MAX_BODY = 10_000;

/** One POST on a connection of its own. Never throws: what went wrong is part of the result. */
export function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<PostResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    let response: http.IncomingMessage | undefined;
    let text = '';
    const end = (error?: string) => {
      clearTimeout(timer);
      const durationMs = Math.round(performance.now() - started);
      resolve({ status: response?.statusCode, headers: response?.headers ?? {}, body: text, error, durationMs });
    };
    const client = url.startsWith('https:') ? https : http;
    const sent = { 'content-type': 'application/json', ...headers, 'content-length': Buffer.byteLength(body) };
    const request = client.request(url, { method: 'POST', agent: false, headers: sent });
    const timer = setTimeout(() => {
      request.destroy();
      end('timeout');
    }, timeoutMs);
    timer.unref();
    request.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    request.on('response', (incoming) => {
      response = incoming;
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text = (text + chunk).slice(0, MAX_BODY);
      });
      incoming.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      incoming.on('end', () => end());
    });
    request.end(body);
  });
}
