import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type Connection = components['schemas']['ConnectionDto'];
export type Integration = components['schemas']['IntegrationDto'];
export type Item = components['schemas']['IntegrationItem'];
export type Problem = components['schemas']['ProblemDto'];

/** Answers as JSON; what is streamed has a reader of its own: `streamItems`, `followConnections`. */
type Media = 'application/json' | 'application/problem+json';

export type CausewayClient = Client<paths, Media>;

export interface CausewayOptions extends Pick<ClientOptions, 'fetch'> {
  /** Where the service is reached, e.g. `https://connect.example.com`; in a page that it serves itself: absent. */
  baseUrl?: string;
  /** An API key; leave it out in sandbox mode. Never ship one to a browser. */
  apiKey?: string;
  /** For a browser, out of `POST /sessions`; or how to get one, asked before each call: then a page may outlive its session. */
  sessionToken?: string | (() => string | Promise<string>);
}

/**
 * A client whose paths, parameters and answers are checked by the compiler against the service's OpenAPI document.
 * Calls never throw for an answer: they give `{ data }`, or `{ error }` with a problem (RFC 9457).
 */
export function createCauseway({ baseUrl, apiKey, sessionToken, fetch }: CausewayOptions = {}): CausewayClient {
  const client = createClient<paths, Media>({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { fetch }),
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
  });
  if (sessionToken !== undefined) {
    client.use({
      async onRequest({ request }) {
        const token = typeof sessionToken === 'string' ? sessionToken : await sessionToken();
        request.headers.set('Authorization', `Bearer ${token}`);
      },
    });
  }
  return client;
}
