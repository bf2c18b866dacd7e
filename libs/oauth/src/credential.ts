/** The secret part of a connection. Times are milliseconds since the epoch. */
export interface Credential {
  accessToken: string;
  refreshToken: string | null;
  /** `null`: the provider states no end; the token is used until it is refused. */
  expiresAt: number | null;
  scopes: string[];
}

export interface StoredCredential {
  credential: Credential;
  /** Grows by one with every change of the credential. */
  generation: number;
  /** When a refresh brought it, in milliseconds since the epoch; `null`: no refresh did. */
  refreshedAt: number | null;
}

/**
 * Where the credential of one connection is kept. Writes are compare-and-set on the generation: whoever read an older one changes nothing.
 * `read` throws the problem that callers shall get where there is no usable credential (`unknown-connection`, `needs-reconnect`).
 */
export interface CredentialStore {
  /** Names the connection, for leases and for sharing one refresh. */
  readonly partition: string;
  readonly id: string;
  read(): Promise<StoredCredential>;
  replace(generation: number, next: Credential): Promise<boolean>;
  /** The grant is gone: the connection has to be authorized again. `reason` is the provider's short error code. */
  markRevoked(generation: number, reason: string): Promise<boolean>;
}
