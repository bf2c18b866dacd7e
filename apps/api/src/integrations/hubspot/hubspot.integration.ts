import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import {
  UpstreamError,
  isObject,
  optional,
  readArray,
  readObject,
  readString,
  type Classify,
  type JsonObject,
} from '@causeway/http-client';
import {
  Integration,
  type IntegrationItem,
  type AccountContext,
  type AccountIdentity,
  type ProviderApi,
} from '../integration.js';
import { adviceForScopes } from '../missing-scopes.js';
import { readPage, type Page, type PageRequest } from '../page.js';
import { hubspot } from './hubspot.definition.js';
import { OBJECTS, objectToItem, ownerToItem, type HubSpotObject } from './hubspot.mapper.js';

/** Date-versioned since 2026; each version is supported for 18 months. */
const API_VERSION = '2026-09';
const MAX_PAGE_SIZE = 100;
const MAX_OWNERS = 500;
const MAX_SEARCH_PAGE_SIZE = 200;

@Injectable()
export class HubSpotIntegration extends Integration {
  readonly definition = hubspot;
  readonly classify = classify;

  async identify({ response }: Grant, api: ProviderApi): Promise<AccountIdentity> {
    // The token response names the account since 2025-08-18; its details are for people and may be missing.
    const known = response['hub_id'];
    const details = await accountDetails(api).catch((error: unknown): JsonObject => {
      if (known === undefined || !(error instanceof UpstreamError)) throw error;
      return {};
    });
    const id = readString(known ?? details['portalId'], 'hub_id');
    const domain = optional.string(details['uiDomain']);
    const url = domain === null ? null : `https://${domain}/home?portalId=${id}`;
    return { account: { id, name: optional.string(response['hub_domain']) ?? `HubSpot account ${id}`, url }, key: id };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await accountDetails(api))['portalId'], 'portalId');
  }

  async fetchPage(request: PageRequest, { api, account }: AccountContext): Promise<Page> {
    const object = OBJECTS[request.type];
    const toItem = (result: JsonObject) =>
      object === undefined ? ownerToItem(result) : objectToItem(request.type, object, result, account);
    return object === undefined || request.changedSince === null
      ? listPage(api, object, request, toItem)
      : searchPage(api, object, request, request.changedSince, toItem);
  }
}

type ToItem = (result: JsonObject) => IntegrationItem;

async function listPage(
  api: ProviderApi,
  object: HubSpotObject | undefined,
  { position, limit }: PageRequest,
  toItem: ToItem,
): Promise<Page> {
  const { body } = await api.read({
    path: object === undefined ? `/crm/owners/${API_VERSION}` : `/crm/objects/${API_VERSION}/${object.path}`,
    query: {
      limit: Math.min(limit, object === undefined ? MAX_OWNERS : MAX_PAGE_SIZE),
      after: position ?? undefined,
      properties: object?.properties.join(','),
    },
  });
  const list = readObject(body, 'list');
  const { next } = optional.object(list['paging']);
  return readPage(readArray(list['results'], 'results'), toItem, () =>
    next === undefined || next === null ? null : readString(optional.object(next)['after'], 'after'),
  );
}

/**
 * A search gives 10,000 results at most: each page is a search of its own for the ids above the last one, which has no such end.
 * The position is that id.
 */
async function searchPage(
  api: ProviderApi,
  { path, properties, modified }: HubSpotObject,
  { position, limit }: PageRequest,
  changedSince: number,
  toItem: ToItem,
): Promise<Page> {
  const changed = { propertyName: modified, operator: 'GTE', value: String(changedSince) };
  const beyond = { propertyName: 'hs_object_id', operator: 'GT', value: position };
  const { body } = await api.read({
    method: 'POST',
    path: `/crm/objects/${API_VERSION}/${path}/search`,
    json: {
      filterGroups: [{ filters: position === null ? [changed] : [changed, beyond] }],
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      properties,
      limit: Math.min(limit, MAX_SEARCH_PAGE_SIZE),
    },
    rateLimit: 'search',
  });
  const list = readObject(body, 'list');
  const results = readArray(list['results'], 'results');
  const isLast = results.length === 0 || (optional.number(list['total']) ?? Infinity) <= results.length;
  return readPage(results, toItem, () => (isLast ? null : readString(optional.object(results.at(-1))['id'], 'id')));
}

async function accountDetails(api: ProviderApi) {
  const { body } = await api.read({ path: `/account-info/${API_VERSION}/details` });
  return readObject(body, 'details');
}

const POLICY_WAIT_MS = new Map([
  ['TEN_SECONDLY_ROLLING', 10_000],
  ['SECONDLY', 1_000],
]);
const LOCKED = 423;
const LOCKED_WAIT_MS = 2_000;
/** Observed for a token that is none. */
const MALFORMED_TOKEN = 530;

/** https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines; any member may be absent. */
const classify: Classify = ({ status, body }) => {
  if (status < 400 || !isObject(body)) return undefined;
  const code = optional.string(body['category']) ?? optional.string(body['errorType']) ?? undefined;
  const policy = optional.string(body['policyName']) ?? '';
  if (status === 429 && policy === 'DAILY') return { reason: 'quota-exhausted', code };
  if (status === 429) return { code, retryAfterMs: POLICY_WAIT_MS.get(policy) };
  // Unlike any other 401: see `refresh` of the definition.
  if (status === 401) return { code, hasExpired: code === 'EXPIRED_AUTHENTICATION' };
  if (status === 403) return { code, advice: adviceForScopes(requiredScopes(body)) };
  if (status === LOCKED) return { code, retryAfterMs: LOCKED_WAIT_MS };
  return status === MALFORMED_TOKEN ? { reason: 'unauthorized', code } : { code };
};

/** Of `MISSING_SCOPES`. */
function requiredScopes({ errors }: JsonObject): unknown[] {
  return optional.array(errors).flatMap((error) => {
    const { requiredGranularScopes } = optional.object(optional.object(error)['context']);
    return optional.array(requiredGranularScopes);
  });
}
