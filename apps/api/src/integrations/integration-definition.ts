import type { NamesInPaths } from '../activity/path-template.js';
import type { OAuthProvider } from '@causeway/oauth';

/** Everything that a provider's documentation states as a fact. The provider does not support what is absent. */
export interface IntegrationDefinition extends OAuthProvider {
  readonly description: string;
  readonly category: string;
  /** The provider's documentation of its OAuth. */
  readonly docsUrl: string;
  /** What each scope allows, in the provider's words: those that are requested by default, and others that may be added. */
  readonly permissions: Readonly<Record<string, string>>;
  /** How an operator registers an app. */
  readonly setup: {
    /** The page where apps are registered. */
    readonly url: string;
    /** What to do there, in order, up to the client id and secret. */
    readonly steps: readonly string[];
  };
  readonly webhooks: {
    /**
     * What the provider signs them with: the setting `<ID>_SIGNING_SECRET` or `<ID>_WEBHOOK_TOKEN`, the client secret, or a secret of each
     * hook that this service makes.
     */
    readonly secret: 'SIGNING_SECRET' | 'WEBHOOK_TOKEN' | 'client' | 'hook';
    /** What an operator has to do so that they come, in order. */
    readonly steps: readonly string[];
    /** What happens can also be read from a journal, with the setting `<ID>_WEBHOOKS_JOURNAL=on`. */
    readonly journal?: {
      /** Of the token of the app. */
      readonly scopes: readonly string[];
      /** What an operator has to do so that it can be read, in order. */
      readonly steps: readonly string[];
      /** What the provider's documentation does not say of it, and what is done. */
      readonly notDocumented: readonly string[];
    };
  };
  readonly api: {
    /** Origin (and path prefix) before the documented path. */
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Without it, the activity log shows nothing of a path. */
    readonly namesInPaths?: NamesInPaths;
    /** Prefixes of the provider's own response headers, which the proxy hands on. */
    readonly ownHeaders?: readonly string[];
    /** Seconds to wait after a 429 without a hint. */
    readonly retryAfterSeconds: number;
  };
  readonly itemTypes: readonly ItemType[];
  /** By name; the first one is the main limit, which `<ID>_RATE_LIMIT` replaces. */
  readonly rateLimits: readonly RateLimitDefinition[];
  /** For the documentation: one request of each method to the provider's API. In sandbox mode, all of them succeed. */
  readonly exampleRequests?: Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', ExampleRequest>>;
}

/** A list in which nothing has a space. */
export const words = (list: string): readonly string[] => list.split(' ');

export interface ExampleRequest {
  /** Without the leading slash. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
}

export interface ItemType {
  readonly type: string;
  /** What the provider's users call one item and several of them. */
  readonly label: string;
  readonly pluralLabel: string;
  /** Loaded when the caller names no types. */
  readonly byDefault: boolean;
  /** A load can be narrowed to what is in one item: what `parent` has to be the id of. */
  readonly parent?: { readonly description: string; readonly required: boolean };
  /** Whether an item is in what a load with this `parent` gives. Not given: if that is its `parentId`. */
  readonly isWithin?: (item: { driveId: string | null; parentId: string | null }, parent: string) => boolean;
  /** What a load gives whose `parent` is an item of this type that is a `directory`. */
  readonly contents?: {
    readonly types: readonly string[];
    /** The value of `parent`, in which `{id}` and `{driveId}` stand for those of the item. */
    readonly parent: string;
  };
  /** Those whose names were not chosen by users, the most important ones first. */
  readonly properties?: readonly PropertyDefinition[];
  /** The caller can name properties beyond the default ones, or ask for all. */
  readonly namedProperties?: boolean;
  /** The provider has what is archived in a list of its own, which is read on request. */
  readonly archived?: boolean;
  /**
   * Why the provider's list, in `parent` or in the account, may lack items that exist; not given, or `null`, where its documentation promises
   * all of them.
   */
  readonly notExhaustive?: (parent: string | null) => string | null;
  /**
   * The provider can be asked for what changed since a time, and keeps that time to so many seconds. Otherwise all is read and filtered.
   * `archived`: also for what was archived since then.
   */
  readonly changes?: { readonly granularitySeconds: number; readonly archived?: boolean };
  /**
   * The list, in `parent` or in the account, has the newest items first: what was created since a time is read without the rest. Where `changes`
   * is not given, this is how a sync finds new items between full passes.
   */
  readonly newestFirst?: (parent: string | null) => boolean;
  /** The provider's terms restrict keeping these items: a sync keeps them only where the operator allows it. */
  readonly restrictedStorage?: { readonly reason: string; readonly url: string };
}

export interface PropertyDefinition {
  readonly name: string;
  /** What the provider's users call it. */
  readonly label: string;
  /** The property that holds the value in words, where this one holds an id. */
  readonly textProperty?: string;
  /** What the provider's users call its values. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface RateLimitDefinition {
  readonly name: string;
  readonly requests: number;
  readonly seconds: number;
  /** What the limit is counted by. A request may narrow it with a `subject`: one base, one method. */
  readonly countedBy: 'connection' | 'account';
  /**
   * Documented paths of the requests that this limit counts. A group named `subject` narrows the limit. The first limit counts all requests
   * that no other limit names; its paths only define the `subject`.
   */
  readonly paths?: RegExp;
  /** Response header with the number of requests that are left; other clients may share the limit. */
  readonly reportedBy?: { readonly remaining: string };
}

/** Keeps the literal types, so that ids and item types are known to the compiler. */
export function defineIntegration<const D extends IntegrationDefinition>(definition: D): D {
  return definition;
}
