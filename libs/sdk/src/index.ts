import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type Connection = components['schemas']['ConnectionDto'];
export type Integration = components['schemas']['IntegrationDto'];
export type Item = components['schemas']['IntegrationItem'];
export type Problem = components['schemas']['ProblemDto'];

/** Answers as JSON; the lines of a streamed load are read with `fetch` (or `parseAs: 'stream'`). */
type Media = 'application/json' | 'application/problem+json';

export type CausewayClient = Client<paths, Media>;

export interface CausewayOptions extends Pick<ClientOptions, 'fetch'> {
  /** Where the service is reached, e.g. `https://connect.example.com`; in a page that it serves itself: absent. */
  baseUrl?: string;
  /** An API key; leave it out in sandbox mode. Never ship one to a browser. */
  apiKey?: string;
}

/**
 * A client whose paths, parameters and answers are checked by the compiler against the service's OpenAPI document.
 * Calls never throw for an answer: they give `{ data }`, or `{ error }` with a problem (RFC 9457).
 */
export function createCauseway({ baseUrl, apiKey, fetch }: CausewayOptions = {}): CausewayClient {
  return createClient<paths, Media>({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { fetch }),
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
  });
}
