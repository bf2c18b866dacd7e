/** What a stand-in sends back. An object body is JSON, a string is HTML or text as its content type says. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});

export const html = (status: number, page: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: page,
});

/** A browser redirect; parameters that are undefined are left out, values are encoded with %20, never `+`. */
export function redirect(to: string, parameters: Record<string, string | undefined>): Answer {
  const url = new URL(to);
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const added = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  url.search = [url.search.replace(/^\?/, ''), added].filter(Boolean).join('&');
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}

/** Thrown by a handler to leave with an answer; the one exception the server knows. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(`answered ${answer.status}`);
  }
}
