import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';
import type { Configuration } from '../configuration/configuration.js';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** emotion writes its rules into an empty `<style>` element: this is the hash of nothing. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

const NO_DEVICES =
  'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()';

/** What a page of ours may load and do: nothing but its own files and this service. */
const pagePolicy = (style: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const PAGE = {
  'permissions-policy': NO_DEVICES,
  // Its address names an organisation and a user; `no-referrer` would hide our own origin from ourselves.
  'referrer-policy': 'same-origin',
  // Cuts off whoever opened the page, and keeps the popups that it opens able to answer.
  'cross-origin-opener-policy': 'same-origin-allow-popups',
};

/** For the two kinds of pages that stay open. The closing page has its own: it must keep its opener. */
export const PAGE_HEADERS = {
  webApp: { ...PAGE, 'content-security-policy': pagePolicy(` ${EMPTY_STYLE}`) },
  docs: { ...PAGE, 'content-security-policy': pagePolicy('') },
};

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
