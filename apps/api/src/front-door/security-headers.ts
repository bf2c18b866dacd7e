import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
function headersOfAll({ publicUrl }: Configuration): [string, string][] {
  return Object.entries({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  });
}

interface Answer {
  setHeader(name: string, value: string): unknown;
}

/** @returns sets them on an answer that no hook has seen */
export function secureHeaders(adapter: FastifyAdapter, config: Configuration): (answer: Answer) => void {
  const headers = headersOfAll(config);
  const set = (answer: Answer) => {
    for (const [name, value] of headers) answer.setHeader(name, value);
  };
  adapter.setOnRequestHook((_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    set(reply.raw);
    done();
  });
  return set;
}
