import { ADMIN_KEY } from './production.js';

export interface RawRequest {
  method?: string;
  body?: string;
  type?: string;
  headers?: Record<string, string>;
  /** null: no key at all. */
  key?: string | null;
}

export interface RawAnswer {
  response: Response;
  text: string;
  /** The body as JSON, if it is. */
  error: ProblemBody | undefined;
}

export interface ProblemBody {
  slug?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
  [more: string]: unknown;
}

/** For requests that a typed client cannot be brought to make. */
export async function raw(
  url: string,
  { method = 'GET', body, type, headers = {}, key = ADMIN_KEY }: RawRequest = {},
): Promise<RawAnswer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    // As bytes: a text would get a content type of its own.
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  });
  const text = await response.text();
  return { response, text, error: parsed(text) };
}

function parsed(text: string): ProblemBody | undefined {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return undefined;
  }
}
