import type { HttpResponse } from '@causeway/http-client';
import type { ProviderApi } from './integration.js';
import type { ProviderEvent } from './provider-webhook.js';

/** The provider's API for the app itself, with a token that is for no account. */
export interface AppApi {
  /** Sent once. @throws UpstreamError for everything that is no success */
  request(request: { method?: 'GET' | 'POST'; path: string; json?: object }): Promise<HttpResponse>;
}

/** Some events of all accounts, in a file. */
export interface JournalEntry {
  /** The provider's name of its position. */
  offset: string;
  fileUrl: string;
}

export type JournalPlace = 'earliest' | 'latest' | { after: string };

/** An account of which the journal has to tell. */
export interface JournalAccount {
  id: string;
  /** Of the items that syncs hold. */
  types: ReadonlySet<string>;
  /** With the credential of one of its connections. */
  api: ProviderApi;
}

export interface SubscribeResult {
  /** Accounts of which the journal tells more from now on. */
  added: readonly string[];
  /** What could not be subscribed to, for people. */
  refused: readonly { what: string; error: unknown }[];
}

/** A log of what happened in all accounts that have installed the app, kept by the provider for some days. */
export interface ProviderJournal {
  /** `null`: there is none. `unknown-offset`: the provider has forgotten that one, or says so where nothing follows. */
  entry(api: AppApi, place: JournalPlace): Promise<JournalEntry | null | 'unknown-offset'>;
  /** @param file the parsed content @throws UpstreamError `malformed` */
  events(file: unknown, entry: JournalEntry): ProviderEvent[];
  /** Afterwards the journal tells of these accounts, and of the app. @throws UpstreamError where nothing can be subscribed to */
  subscribe(api: AppApi, accounts: readonly JournalAccount[]): Promise<SubscribeResult>;
}
