import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.js';

export type Connection = components['schemas']['ConnectionDto'];
export type Integration = components['schemas']['IntegrationDto'];
export type Item = components['schemas']['IntegrationItem'];
export type Problem = components['schemas']['ProblemDto'];

export type CausewayClient = Client<paths>;

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
  return createClient<paths>({
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { fetch }),
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
  });
}
