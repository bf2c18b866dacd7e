import type { Ref } from '@causeway/store';

/** The secret part of a connection. Times are milliseconds since the epoch. */
export interface Credential {
  accessToken: string;
  refreshToken: string | null;
  /** `null`: the provider states no lifetime; the access token is used until the provider rejects it. */
  expiresAt: number | null;
  /** Until when the refresh token can be used; `null`, or not given: the provider does not say. */
  refreshExpiresAt?: number | null;
  scopes: string[];
}

export interface StoredCredential {
  credential: Credential;
  /** Grows by one with every change of the credential. */
  generation: number;
  /** Milliseconds since the epoch; `null`: the credential comes from an authorization, not from a refresh. */
  refreshedAt: number | null;
}

/** Stores the credential of one connection. Writes are compare-and-set on the generation, and return whether it was still current. */
export interface CredentialStore {
  /** Connection id and store partition, for the lease. */
  readonly partition: string;
  readonly id: string;
  /** Id of the provider, whose token endpoint may ask for a pause of all its credentials. */
  readonly provider: string;
  /** Held during a refresh; by default one of this connection only. */
  readonly lease?: Ref | undefined;
  /** @throws Problem if there is no usable credential (`unknown-connection`, `needs-reconnect`) */
  read(): Promise<StoredCredential>;
  replace(generation: number, next: Credential): Promise<boolean>;
  /** The connection has to be authorized again. `reason` is the provider's short error code. */
  markRevoked(generation: number, reason: string): Promise<boolean>;
}
