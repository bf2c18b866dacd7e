/** An object body is sent as JSON, a string as the HTML or text that its content type names. */
export interface MockResponse {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export const json = (status: number, body: object, headers: Record<string, string> = {}): MockResponse => ({
  status,
  headers,
  body,
});

export const html = (status: number, page: string, headers: Record<string, string> = {}): MockResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: page,
});

/** A browser redirect; parameters that are undefined are left out, values are encoded with %20, never `+`. */
export function redirect(to: string, parameters: Record<string, string | undefined>): MockResponse {
  const url = new URL(to);
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const added = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  url.search = [url.search.replace(/^\?/, ''), added].filter(Boolean).join('&');
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}

/** Thrown by a handler to return this response. */
export class ErrorResponse extends Error {
  constructor(readonly response: MockResponse) {
    super(`answered ${response.status}`);
  }
}
