import type { Store as CacheStore } from 'cache-manager';

/** A client that has answered once. It is never mended: what breaks is dropped, and the link dials anew. */
export interface Session {
  /** Sends one command to the node that holds `key`; the answer is Redis's own. */
  send(key: string, args: string[]): Promise<unknown>;
  /** cache-manager's view of this client. */
  readonly cacheStore: CacheStore;
  /** One page of the keys of each node, for the rare calls that look at the whole cache. */
  scanners(): Promise<Scan[]>;
  /** True where a fault concerns one node of several: the others are still served until a new session is there. */
  readonly partial: boolean;
  /** Lets commands in flight come to their end. */
  end(): Promise<void>;
  /** Closes every socket now, also those that are stuck in a handshake. */
  drop(): void;
}

export type Scan = (cursor: number, pattern: string) => Promise<{ cursor: number; keys: string[] }>;

/** `broken` may be called any number of times, also after the session has been dropped. */
export type Dial = (broken: (cause: unknown) => void) => Promise<Session>;
