import { Injectable } from '@nestjs/common';
import type { Grant } from '#oauth';
import {
  UpstreamError,
  isObject,
  optional,
  readArray,
  readObject,
  readString,
  type Failure,
  type HttpAnswer,
  type JsonObject,
} from '#upstream';
import {
  Integration,
  type Holder,
  type Identity,
  type Page,
  type PageRequest,
  type ProviderApi,
} from '../integration.js';
import { hubspot } from './hubspot.definition.js';
import { OBJECTS, objectToItem, ownerToItem } from './hubspot.mapper.js';

/** Date-versioned since 2026; each version is supported for 18 months. */
const API_VERSION = '2026-09';
const MAX_PAGE_SIZE = 100;

@Injectable()
export class HubSpotIntegration extends Integration {
  readonly definition = hubspot;
  readonly classify = classify;

  async identify({ answer }: Grant, api: ProviderApi): Promise<Identity> {
    // The token answer names the account since 2025-08-18; its details are for people and may be missing.
    const known = answer['hub_id'];
    const details = await accountDetails(api).catch((error: unknown): JsonObject => {
      if (known === undefined || !(error instanceof UpstreamError)) throw error;
      return {};
    });
    const id = readString(known ?? details['portalId'], 'hub_id');
    const domain = optional.string(details['uiDomain']);
    const url = domain === null ? null : `https://${domain}/home?portalId=${id}`;
    return { account: { id, name: optional.string(answer['hub_domain']) ?? `HubSpot account ${id}`, url }, key: id };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await accountDetails(api))['portalId'], 'portalId');
  }

  async page(api: ProviderApi, { account }: Holder, { type, position, limit }: PageRequest): Promise<Page> {
    const object = OBJECTS[type];
    const { body } = await api.read({
      path: object === undefined ? `/crm/owners/${API_VERSION}` : `/crm/objects/${API_VERSION}/${object.path}`,
      query: {
        limit: Math.min(limit, MAX_PAGE_SIZE),
        after: position ?? undefined,
        properties: object?.properties.join(','),
      },
    });
    const list = readObject(body, 'list');
    const results = readArray(list['results'], 'results').map((result) => readObject(result, 'results'));
    const after = optional.object(optional.object(list['paging'])['next'])['after'];
    return {
      items: results.map((result) =>
        object === undefined ? ownerToItem(result) : objectToItem(type, object, result, account),
      ),
      nextPosition: after === undefined || after === null || after === '' ? null : readString(after, 'after'),
    };
  }
}

async function accountDetails(api: ProviderApi) {
  const { body } = await api.read({ path: `/account-info/${API_VERSION}/details` });
  return readObject(body, 'details');
}

const POLICY_WAIT_MS: Record<string, number> = { TEN_SECONDLY_ROLLING: 10_000, SECONDLY: 1_000 };
/** Locked, and the whole account on its way to another data centre. */
const LOCKED = 423;
const MIGRATING = 477;

/** https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines; all members are treated as optional. */
function classify({ status, body }: HttpAnswer): Failure | undefined {
  if (status < 400 || !isObject(body)) return undefined;
  const code = optional.string(body['category']) ?? optional.string(body['errorType']);
  const shown = code === null ? {} : { code };
  if (status === 429) {
    const policy = optional.string(body['policyName']) ?? '';
    if (policy === 'DAILY') return { reason: 'quota-exhausted', ...shown };
    const wait = POLICY_WAIT_MS[policy];
    return { reason: 'rate-limited', ...shown, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  if (status === LOCKED) return { reason: 'unavailable', retryAfterMs: 2_000, ...shown };
  if (status === MIGRATING) return { reason: 'unavailable', ...shown };
  if (status === 401) return { reason: 'unauthorized', ...shown };
  if (status === 403) return { reason: 'forbidden', ...shown };
  if (status === 404) return { reason: 'missing', ...shown };
  return status < 500 && status !== 408 ? { reason: 'rejected', ...shown } : undefined;
}
