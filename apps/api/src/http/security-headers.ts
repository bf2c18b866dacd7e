import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';
import type { Configuration } from '../configuration/configuration.js';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Every answer begins with these, also one to a preflight, to nowhere, or of a handler that writes by itself; a route may set its own. */
function headersOfAll({ publicUrl }: Configuration): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    // Whether a page of another origin may read an answer depends on that origin.
    vary: 'origin',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  };
}

/**
 * Node's own answer, which begins with these headers whoever writes it. They are put in when the head is written: set before, one by one,
 * they would make Node go the slow way for every header of every answer.
 */
export function securedAnswers(config: Configuration): typeof ServerResponse {
  const first = headersOfAll(config);
  const names = Object.keys(first);

  return class SecuredAnswer<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(
      status: number,
      reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      const own = withSmallNames(typeof reason === 'string' ? headers : (headers ?? reason));
      for (const name of names) if (!(name in own) && !this.hasHeader(name)) own[name] = first[name];
      return typeof reason === 'string' ? super.writeHead(status, reason, own) : super.writeHead(status, own);
    }
  };
}

/** A copy: what was handed over is somebody else's. Headers may also come as a flat list of names and values. */
function withSmallNames(headers: OutgoingHttpHeaders | OutgoingHttpHeader[] = {}): OutgoingHttpHeaders {
  const small: OutgoingHttpHeaders = {};
  if (Array.isArray(headers))
    for (let at = 0; at < headers.length; at += 2) small[String(headers[at]).toLowerCase()] = headers[at + 1];
  else for (const name in headers) small[name.toLowerCase()] = headers[name];
  return small;
}
