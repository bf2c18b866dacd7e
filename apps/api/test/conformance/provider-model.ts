import { UpstreamError, failureOf, type JsonObject } from '@causeway/http-client';
import type { AccountContext, ApiRequest, Integration, ProviderApi } from '../../src/integrations/integration.js';

/** One page as a provider gives it, whatever its format. */
export interface ListPage {
  entries: unknown[];
  /** The cursor of the next page; `null`: it was the last one. A provider's own form of a wrong one is `wrongCursor`. */
  next: unknown;
}

/** A list of the provider that items of a type are in. */
export interface ListModel {
  type: string;
  /** Of the load. */
  parent?: string;
  /** The container of its items: their `driveId`. */
  driveId?: string;
  /** The cursor of a request for a page of this list, `null` for its first page; `undefined`: the request is for something else. */
  cursorOf(request: ApiRequest): string | null | undefined;
  /** A usual entry, with all fields that the documentation has. */
  entry(id: string): JsonObject;
  body(page: ListPage): unknown;
  /** Members of an entry without which it has no identity. Default: `id`. */
  idMembers?: readonly string[];
  /** The provider has no pages of this list. */
  isOnePage?: boolean;
}

export interface ProviderModel {
  account?: Partial<AccountContext>;
  lists: readonly ListModel[];
  /** Responses to other requests that a load needs; `undefined`: 404. */
  respond?(request: ApiRequest): unknown;
  /** A refusal of a list. */
  forbidden: { status: number; body: unknown };
}

export interface Response {
  status: number;
  body: unknown;
}

/** The provider's API as an integration sees it: with the model's responses, and failures that the integration classifies. */
export function contextOf(
  { classify }: Integration,
  { account, respond }: ProviderModel,
  answer: (request: ApiRequest) => Response | undefined,
): AccountContext {
  const remembered = new Map<string, Promise<unknown>>();
  const api: ProviderApi = {
    read: (request) => {
      const other = respond?.(request);
      const response =
        answer(request) ?? (other === undefined ? { status: 404, body: {} } : { status: 200, body: other });
      // As it is sent: without members that are undefined.
      const body = JSON.parse(JSON.stringify(response.body)) as unknown;
      const received = { status: response.status, headers: {}, body };
      const failure = failureOf(received, classify);
      if (failure === undefined) return Promise.resolve(received);
      return Promise.reject(new UpstreamError(failure.reason, { status: response.status, code: failure.code }));
    },
    remember: <T>(key: string, load: () => Promise<T>) => {
      const known = remembered.get(key) ?? load();
      remembered.set(key, known);
      return known as Promise<T>;
    },
  };
  const acme = { id: 'account-1', name: 'Acme', url: 'https://acme.example/' };
  return { api, account: acme, accountKey: 'key-1', scopes: ['channels:read', 'im:read'], ...account };
}
