/** Everything that a provider's documentation states as a fact. What is absent, the provider cannot do. */
export interface IntegrationDefinition {
  /** Lower-case name in routes and, in capitals, in environment variables. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  /** The provider's documentation of its OAuth. */
  readonly docsUrl: string;
  readonly authorization: {
    readonly url: string;
    /** The `iss` that the provider sends back with the browser (RFC 9207), where its documentation names one. */
    readonly issuer?: string;
    /** Parameters that the provider wants beside those of RFC 6749. */
    readonly params?: Readonly<Record<string, string>>;
    /** RFC 7636 with S256. */
    readonly pkce: boolean;
    /** Asked for by default. Empty: the provider has no scopes. */
    readonly scopes: readonly string[];
    readonly scopeSeparator: ' ' | ',';
  };
  readonly token: TokenEndpoint & {
    /** Member of the answer that holds the grant when the top level has no `access_token`. */
    readonly nestedGrant?: string;
    readonly errors: TokenErrors;
  };
  /** How access tokens are renewed. */
  readonly refresh: {
    /** False where the provider says that a 401 is no sign of an expired token: then only the stated lifetime counts. */
    readonly onUnauthorized: boolean;
  };
  /** RFC 7009 or the provider's own way. */
  readonly revocation?: Revocation;
  /** RFC 7662: asked where a 401 says nothing about the token. */
  readonly introspection?: Omit<TokenEndpoint, 'headers'>;
  readonly api: {
    /** Origin (and path prefix) before the documented path. */
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Seconds to wait after a 429 without a hint. */
    readonly retryAfterSeconds: number;
  };
  readonly itemTypes: readonly ItemType[];
  /** By name; the first one is the main limit, which `<ID>_RATE_LIMIT` replaces. */
  readonly rateLimits: readonly RateLimitDefinition[];
}

export interface TokenEndpoint {
  readonly url: string;
  /** Where the client id and secret go (RFC 6749, 2.3.1). */
  readonly clientAuthentication: 'basic' | 'body';
  readonly body: 'form' | 'json';
  readonly headers?: Readonly<Record<string, string>>;
}

/** The provider's error codes at its token endpoint, beside those of RFC 6749. */
export interface TokenErrors {
  /** The grant is gone; the user has to authorize again. */
  readonly gone: readonly string[];
  /** Our client id or secret is wrong. */
  readonly configuration: readonly string[];
  /** It may work later. */
  readonly passing: readonly string[];
}

export interface Revocation {
  readonly url: string;
  /** `bearer`: the access token itself is the credential. */
  readonly authentication: 'basic' | 'body' | 'bearer';
  readonly body: 'form' | 'json';
  readonly headers?: Readonly<Record<string, string>>;
  /** Which token is sent; with `refresh_token`, the access token where there is no refresh token. */
  readonly token: 'access_token' | 'refresh_token';
}

export interface ItemType {
  readonly type: string;
  /** Loaded when the caller names no types. */
  readonly byDefault: boolean;
  /** The caller has to say where: `parent` is this provider's id of that kind of item. */
  readonly parent?: string;
  /** The provider can be asked for what changed since a time, and keeps that time to so many seconds. Otherwise all is read and filtered. */
  readonly changes?: { readonly granularitySeconds: number };
}

export interface RateLimitDefinition {
  readonly name: string;
  readonly requests: number;
  readonly seconds: number;
  /** What the allowance belongs to. A call may narrow it further (one base, one method). */
  readonly countedBy: 'connection' | 'account';
  /**
   * Documented paths of the calls that count to it; a group named `subject` is what narrows it. The main limit has all calls that no
   * other limit names, and says with this only where their subject is.
   */
  readonly paths?: RegExp;
  /** Header of every answer with the calls that are left; others may use the allowance too. */
  readonly reportedBy?: { readonly remaining: string };
}

/** Keeps the literal types, so that ids and item types are known to the compiler. */
export function defineIntegration<const D extends IntegrationDefinition>(definition: D): D {
  return definition;
}
