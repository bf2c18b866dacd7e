import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema.js';
import { rememberRequests } from './sent-request.js';

/** `info.version` of the OpenAPI document from which this package is generated. */
export const API_VERSION = '1.0';

export type Connection = components['schemas']['ConnectionDto'];
export type Integration = components['schemas']['IntegrationDto'];
/** With permissions and item types in the words of the provider's users. */
export type IntegrationDetails = components['schemas']['IntegrationDetailsDto'];
export type Item = components['schemas']['IntegrationItem'];

/** Responses are JSON. `streamItems` and `followConnections` read the routes that stream. */
type Media = 'application/json' | 'application/problem+json';

export type CausewayClient = Client<paths, Media>;

export interface CausewayOptions extends Pick<ClientOptions, 'fetch'> {
  /** The service's `PUBLIC_URL`, e.g. `https://connect.example.com`. Default: the origin of the page. */
  baseUrl?: string | undefined;
  /** Leave it out in sandbox mode. Never send an API key to a browser. */
  apiKey?: string | undefined;
  /** For browsers: the token of a `POST /sessions`, or a function that gets one. The function is called before every request. */
  sessionToken?: string | (() => string | Promise<string>) | undefined;
}

/**
 * A client whose paths, parameters and responses are typed by the service's OpenAPI document. Requests do not throw on an error
 * response: they resolve with `{ data }` or `{ error }`; see `unwrap`.
 */
export function createCauseway(options: CausewayOptions = {}): CausewayClient {
  const { baseUrl = '', apiKey, sessionToken, fetch = globalThis.fetch } = options;
  const client = createClient<paths, Media>({
    ...{ baseUrl, fetch },
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
  });
  rememberRequests(client);
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
