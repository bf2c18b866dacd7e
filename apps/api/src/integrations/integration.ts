import type { Grant } from '@causeway/oauth';
import type { IntegrationDefinition, ItemType } from './integration-definition.js';
import type { Classify, HttpRequest, HttpResponse, JsonObject } from '@causeway/http-client';
import type { IntegrationItem } from './integration-item.js';
import type { Branches, Page, PageRequest } from './page.js';
import type { ChangedItem, ProviderEvent, ReceivedWebhook, WebhookRequest } from './provider-webhook.js';

export { IntegrationItem } from './integration-item.js';

/** The account at the provider that a grant is for. */
export interface Account {
  id: string;
  /** For people. */
  name: string;
  url: string | null;
}

/** Whose account a grant is for. */
export interface AccountIdentity {
  account: Account;
  /** Grants with the same key are for the same account. Usually `account.id`. */
  key: string;
  /** The provider's name of the grant, where authorizing again replaces its tokens. By default two grants with one token are the same. */
  grant?: string;
  /** The provider's id of the user who authorized, where accounts belong to several users. */
  authorizedBy?: string | undefined;
  /** The provider's id of the user, who may be a bot, whose grant it is: what its webhooks name a grant by. */
  grantee?: string | undefined;
}

/** What the provider's introspection endpoint (RFC 7662) says of the access token; `null`: nothing. */
export type Introspect = () => Promise<JsonObject | null>;

/** A request to the provider's documented API. */
export interface ApiRequest {
  method?: 'GET' | 'POST';
  /** From the root of the provider's API, with its leading slash. */
  path: string;
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  /** The name of the rate limit that the request counts to. Default: the first one of the definition. */
  rateLimit?: string | undefined;
  /** What that limit is narrowed to: a base, a method. */
  subject?: string | undefined;
  /** Set by the load that the request belongs to. */
  acceptBody?: HttpRequest['acceptBody'];
}

/** A provider's API for one account: requests have its credential, wait for the rate limits and are retried. */
export interface ProviderApi {
  /** Only for reads: a request may be sent more than once. @throws UpstreamError or Problem */
  read(request: ApiRequest): Promise<HttpResponse & { body: unknown }>;
  /** Caches for a short time what a load needs on every page. `load` has to resolve with JSON. */
  remember<T>(key: string, load: () => Promise<T>): Promise<T>;
}

/** A request that changes something at the provider. */
export interface WriteRequest extends Omit<ApiRequest, 'method' | 'acceptBody'> {
  method: 'POST' | 'DELETE';
}

/** The API of a connection where it is not only read. */
export interface WritableApi extends ProviderApi {
  /** Not sent again where the provider may have acted on it. @throws UpstreamError or Problem */
  write(request: WriteRequest): Promise<HttpResponse & { body: unknown }>;
}

/** A webhook that this service made at the provider. */
export interface ProviderHook {
  id: string;
  /** Where it sends to. */
  url: string | null;
  /** Milliseconds since the epoch; `null`: not known. */
  expiresAt: number | null;
}

/** What has changed since a cursor. */
export interface HookChanges {
  /** Each once, as it was last. */
  items: ChangedItem[];
  /** Where to read on, now or the next time. */
  cursor: number;
  hasMore: boolean;
  /** The provider left changes out: only a full pass finds them. */
  isIncomplete: boolean;
}

/** Webhooks that a client makes at the provider, one for each base. */
export interface ProviderHooks {
  /** The scope that they need, beyond those of the definition. */
  readonly scope: string;
  /** The cursor of the first change. */
  readonly firstCursor: number;
  /** The secret is given only here. */
  create(api: WritableApi, base: string, url: string): Promise<ProviderHook & { secret: string }>;
  /** Those of this app: if a response to `create` was lost, one of them is of no use. */
  list(api: ProviderApi, base: string): Promise<ProviderHook[]>;
  /** Lets it live longer. `null`: it is gone. */
  refresh(api: WritableApi, base: string, id: string): Promise<Pick<ProviderHook, 'expiresAt'> | null>;
  /** Also where it is gone. */
  remove(api: WritableApi, base: string, id: string): Promise<void>;
  /** `null`: the hook is gone. */
  read(api: ProviderApi, base: string, id: string, cursor: number): Promise<HookChanges | null>;
}

/** The provider's API for the app itself, with a token that is for no account. */
export interface AppApi {
  /** Sent once. @throws UpstreamError for everything that is no success */
  request(request: { method?: 'GET' | 'POST' | 'DELETE'; path: string; json?: object }): Promise<HttpResponse>;
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
  /** There is a sync of which this process cannot read the types. */
  hasUnknownTypes: boolean;
  /** With the credential of one of its connections. */
  api: ProviderApi;
}

/** By their ids at the provider. An app may have others, that are not touched. */
export interface OwnSubscriptions {
  list(): Promise<ReadonlySet<string>>;
  add(id: string): Promise<void>;
  remove(id: string): Promise<void>;
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
  /**
   * Afterwards the journal tells of these accounts, and of the app, and of no other account to which this service has subscribed.
   * @throws UpstreamError where nothing can be subscribed to
   */
  subscribe(api: AppApi, accounts: readonly JournalAccount[], own: OwnSubscriptions): Promise<SubscribeResult>;
}

/** The account whose items are loaded, and its API. */
export interface AccountContext {
  api: ProviderApi;
  account: Account;
  /** The key that `identify` gave. */
  accountKey: string;
  scopes: readonly string[];
}

/** An item that is known from a list. */
export interface ItemRequest extends Pick<PageRequest, 'type' | 'properties'> {
  id: string;
  driveId: string | null;
  parentId: string | null;
}

/** What the definition cannot say of a provider. One class and one NestJS module per provider. */
export abstract class Integration {
  abstract readonly definition: IntegrationDefinition;
  /** Where the provider's errors differ from the default by status. */
  abstract readonly classify: Classify;

  /** Reads from a new grant whose account it is for, and from the API or the introspection endpoint where the grant does not say so. */
  abstract identify(grant: Grant, api: ProviderApi, introspect: Introspect): Promise<AccountIdentity>;
  /** The cheapest request that succeeds only with a good credential. */
  abstract probe(api: ProviderApi): Promise<void>;
  abstract fetchPage(request: PageRequest, context: AccountContext): Promise<Page | Branches>;
  /**
   * One item, as a list gives it. `null`: the provider says that it is not there, or that this grant cannot read it any more. What is
   * archived or in the trash and still given is an item without `visibility`. @throws UpstreamError where the provider says neither
   */
  abstract fetchItem(request: ItemRequest, context: AccountContext): Promise<IntegrationItem | null>;
  /** Verifies and reads what was sent to the webhook URL. Never throws, whatever anybody sends. */
  abstract receiveWebhook(request: WebhookRequest): Promise<ReceivedWebhook>;

  /** Where webhooks are not set up in the provider's app, but made for each base. */
  readonly hooks?: ProviderHooks;

  /** Where the app can read what happened, instead of being told. */
  readonly journal?: ProviderJournal;

  /** Item types that only this account has. @throws UpstreamError where they cannot be read */
  customItemTypes(_context: AccountContext): Promise<readonly ItemType[]> {
    return Promise.resolve([]);
  }
}
