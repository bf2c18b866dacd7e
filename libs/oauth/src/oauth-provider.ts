/** An OAuth 2.0 provider, as its documentation describes it. It does not support what is absent. */
export interface OAuthProvider {
  /** Lower-case name in routes and, in capitals, in environment variables. */
  readonly id: string;
  readonly name: string;
  readonly authorization: {
    readonly url: string;
    /** `iss` of the authorization response (RFC 9207), where the provider's documentation states it. */
    readonly issuer?: string | undefined;
    /** Parameters that the provider requires beside those of RFC 6749. */
    readonly params?: Readonly<Record<string, string>>;
    /** RFC 7636 with S256. */
    readonly pkce: boolean;
    /** Requested by default. Empty: the provider has no scopes. */
    readonly scopes: readonly string[];
    readonly scopeSeparator: ' ' | ',';
  };
  readonly token: Endpoint & {
    /** Member of the response that holds the grant when the top level has no `access_token`. */
    readonly nestedGrant?: string;
    /** Error codes beside those of RFC 6749. */
    readonly errors?: TokenErrors;
  };
  /** How access tokens are renewed. */
  readonly refresh: {
    /** False if the provider's documentation says that a 401 does not mean an expired token: then only the stated lifetime counts. */
    readonly onUnauthorized: boolean;
    /** Seconds after which a refresh token that is not used ends. */
    readonly idleSeconds?: number;
  };
  /** RFC 7009, or the provider's own way. */
  readonly revocation?: Revocation | undefined;
  /** RFC 7662: asked after a 401 that does not mean an expired token. */
  readonly introspection?: Endpoint | undefined;
}

export interface Endpoint {
  readonly url: string;
  /** Where the client id and secret go (RFC 6749, 2.3.1). */
  readonly clientAuthentication: 'basic' | 'body';
  readonly body: 'form' | 'json';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Revocation extends Omit<Endpoint, 'clientAuthentication'> {
  /** `bearer`: authenticated by the access token instead. */
  readonly clientAuthentication: Endpoint['clientAuthentication'] | 'bearer';
  /** Which token is sent; with `refresh_token`, the access token if there is no refresh token. */
  readonly token: 'access_token' | 'refresh_token';
}

export interface TokenErrors {
  /** The grant was revoked or has expired: the user has to authorize again. */
  readonly revoked?: readonly string[];
  /** Our client id or secret is wrong. */
  readonly configuration?: readonly string[];
  /** The same request may succeed later. */
  readonly transient?: readonly string[];
}
