import { hash } from 'node:crypto';
import type { JsonObject } from '@causeway/http-client';

/** A request that says that it comes from the provider. */
export interface WebhookRequest {
  /** What the provider signs where it signs the address: from PUBLIC_URL, never from `Host`, with the query as it came. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** As it came. */
  body: Buffer;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** What the operator configured for it: signing secret, verification token, or the client secret; `null`: nothing. */
  secret: string | null;
  /**
   * The secret of a hook that this service made at the provider, and the connection whose credential made it. `null`: there is none with
   * this id, which anybody may have sent.
   */
  hook: (id: string) => Promise<{ secret: string; connectionId: string } | null>;
}

export type ReceivedWebhook =
  /** Not signed as it has to be: nothing happens. */
  | { kind: 'rejected' }
  /** The provider tries the address. `token`: what the operator has to configure. It arrives unsigned, so anybody may have sent it. */
  | { kind: 'handshake'; response: object | null; token?: string }
  | { kind: 'events'; events: readonly ProviderEvent[] };

export const REJECTED: ReceivedWebhook = { kind: 'rejected' };

/** Something that happened at the provider. */
export interface ProviderEvent {
  /** The provider's own id of it. Providers do not promise that it is unique: whoever drops repeated ones compares `content`, too. */
  id: string;
  /** The provider's name of it. */
  type: string;
  for:
    /**
     * Connections of any of these accounts (`Account.id` as `identify` gives it), and of these `AccountIdentity.grant`s and
     * `AccountIdentity.grantee`s if given.
     */
    | { accounts: readonly string[]; grants?: readonly string[]; grantees?: readonly string[] }
    /** The connection whose credential made the hook. */
    | { connectionId: string };
  /** Milliseconds since the epoch, where the provider says it. A grant that was given later has not ended by it. */
  occurredAt?: number | undefined;
  /** The grants that are gone: of all these connections, or of those whose `AccountIdentity.grantee` is named. */
  ended?: 'all' | { grantees: readonly string[] };
  /** Items that were changed, created, moved, restored or deleted. */
  items: readonly ChangedItem[];
  /** The provider has to be asked for the items: `ProviderHooks.read`. */
  hook?: { id: string; base: string };
  /** As the provider sent it, for the customer: without secrets of the app, and the same each time that it is sent. */
  content: JsonObject;
}

export interface ChangedItem {
  /** Item type of the definition. `null`: the type of the known item with this id. */
  type: string | null;
  id: string;
  driveId: string | null;
  /** `null`: unknown. Given where `fetchItem` needs it. */
  parentId: string | null;
  /** The provider says that it is gone. Otherwise it is asked for. */
  isDeleted: boolean;
  /** The provider says that it was deleted, but may still give it, out of its trash or archive. */
  wasDeleted?: boolean;
}

/** For events that the provider gives no id. */
export function contentId(body: Buffer): string {
  return hash('sha256', body, 'hex');
}

export function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
