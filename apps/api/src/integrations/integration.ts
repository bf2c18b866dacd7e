import type { Grant } from '@causeway/oauth';
import type { IntegrationDefinition } from './integration-definition.js';
import type { Classify, HttpResponse } from '@causeway/http-client';
import type { Branches, Page, PageRequest } from './page.js';

export { IntegrationItem } from './integration-item.js';

/** The account at the provider that a grant is for. */
export interface Account {
  id: string;
  /** For people. */
  name: string;
  url: string | null;
}

/** Who authorised, as the integration reads it from a grant. */
export interface AccountIdentity {
  account: Account;
  /** Two grants with the same key are for the same account; usually `account.id`. */
  key: string;
}

/** One call to the provider's documented API. */
export interface ApiRequest {
  method?: 'GET' | 'POST';
  /** From the root of the provider's API, with its leading slash. */
  path: string;
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  /** Which of the definition's rate limits the call counts to; the first one by default. */
  rateLimit?: string;
  /** Narrows that limit to one base, one method. */
  subject?: string;
}

/** A provider's API with one account's credential added, paced, retried and kept fresh. */
export interface ProviderApi {
  /** Only for reads: a call may be sent more than once. @throws UpstreamError or Problem */
  read(request: ApiRequest): Promise<HttpResponse & { body: unknown }>;
  /** Remembers for a short time, per connection, what a load needs on every page. */
  remember<T>(key: string, load: () => Promise<T>): Promise<T>;
}

/** The account whose items are loaded, and its API. */
export interface AccountContext {
  api: ProviderApi;
  account: Account;
  /** The key that `identify` gave. */
  accountKey: string;
  scopes: readonly string[];
}

/** What data cannot say of a provider. One class and one NestJS module per provider. */
export abstract class Integration {
  abstract readonly definition: IntegrationDefinition;
  /** The provider's own way to report errors, beside HTTP's. */
  abstract readonly classify: Classify;

  /** Reads from a fresh grant, and where it does not say so from the API, whose account it is. */
  abstract identify(grant: Grant, api: ProviderApi): Promise<AccountIdentity>;
  /** The cheapest call that only works with a good credential. */
  abstract probe(api: ProviderApi): Promise<void>;
  abstract fetchPage(request: PageRequest, context: AccountContext): Promise<Page | Branches>;
}
