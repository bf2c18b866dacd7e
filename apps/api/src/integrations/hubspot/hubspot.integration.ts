import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { UpstreamError, optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import type { ItemType } from '../integration-definition.js';
import {
  Integration,
  type IntegrationItem,
  type AccountContext,
  type AccountIdentity,
  type ItemRequest,
  type Introspect,
  type ProviderApi,
} from '../integration.js';
import { nullIfGone } from '../gone-item.js';
import { readCursor, readPage, type Page, type PageRequest } from '../page.js';
import type { ReceivedWebhook, WebhookRequest } from '../provider-webhook.js';
import { ASSOCIATIONS, addAssociations, associatedTypes, associationsOf } from './hubspot.associations.js';
import { customObject, hubspot } from './hubspot.definition.js';
import { classify } from './hubspot.errors.js';
import { hubspotJournal } from './hubspot.journal.js';
import { addLabels } from './hubspot.labels.js';
import { objectMapper, ownerToItem } from './hubspot.mapper.js';
import { API_VERSION, objectOf, readSchemas } from './hubspot.objects.js';
import { addProperties, fitsInQuery, propertyNames } from './hubspot.properties.js';
import { searchPage } from './hubspot.search.js';
import { receiveHubSpotWebhook } from './hubspot.webhooks.js';

const MAX_PAGE_SIZE = 100;
const MAX_OWNERS = 500;

/** Begins the positions of the list of what is archived, which follows the list of the other records. */
const ARCHIVED = 'archived:';

type OneRequest = ItemRequest & Pick<PageRequest, 'archived'>;

@Injectable()
export class HubSpotIntegration extends Integration {
  readonly definition = hubspot;
  readonly classify = classify;
  override readonly journal = hubspotJournal;

  async identify({ response }: Grant, api: ProviderApi, introspect: Introspect): Promise<AccountIdentity> {
    // The token response names the account since 2025-08-18; its details are for people and may be missing.
    const known = response['hub_id'];
    const details = await accountDetails(api).catch((error: unknown): JsonObject => {
      if (known === undefined || !(error instanceof UpstreamError)) throw error;
      return {};
    });
    const id = readString(known ?? details['portalId'], 'hub_id');
    const domain = optional.string(details['uiDomain']);
    const url = domain === null ? null : `https://${domain}/home?portalId=${id}`;
    const name = optional.string(response['hub_domain']) ?? optional.string((await introspect())?.['hub_domain']);
    const { user_id: user } = response;
    return {
      account: { id, name: name ?? `HubSpot account ${id}`, url },
      key: id,
      authorizedBy: typeof user === 'number' ? String(user) : (optional.string(user) ?? undefined),
    };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await accountDetails(api))['portalId'], 'portalId');
  }

  override async customItemTypes({ api }: AccountContext): Promise<ItemType[]> {
    return (await readSchemas(api)).map(({ type }) => customObject(type));
  }

  async fetchPage(request: PageRequest, context: AccountContext): Promise<Page> {
    const { archived, position } = request;
    const isArchived = position?.startsWith(ARCHIVED) ?? false;
    const list = { ...request, archived: isArchived, position: isArchived ? after(position) : position };
    const page = await (request.type === 'owner' ? ownerPage(list, context) : objectPage(list, context));
    const { nextPosition, cut } = page;
    if (isArchived) return { ...page, nextPosition: nextPosition === null ? null : ARCHIVED + nextPosition };
    return archived && nextPosition === null && cut === undefined ? { ...page, nextPosition: ARCHIVED } : page;
  }

  async fetchItem(request: ItemRequest, context: AccountContext): Promise<IntegrationItem | null> {
    const fetch = request.type === 'owner' ? fetchOwner : fetchRecord;
    const live = await nullIfGone(() => fetch({ ...request, archived: false }, context));
    const item = live ?? (await nullIfGone(() => fetch({ ...request, archived: true }, context)));
    // For the id of a record that was merged into another, the API gives that other one.
    return item?.id === request.id ? item : null;
  }

  receiveWebhook(request: WebhookRequest): Promise<ReceivedWebhook> {
    return Promise.resolve(receiveHubSpotWebhook(request));
  }
}

async function fetchRecord(
  { id, archived, ...request }: OneRequest,
  context: AccountContext,
): Promise<IntegrationItem> {
  const { api } = context;
  const { path, query, names, fits, object, toItem } = await recordsOf(request, context);
  const { body } = await api.read({
    path: `${path}/${encodeURIComponent(id)}`,
    query: { ...query, archived: archived ? 'true' : undefined },
  });
  const item = toItem(readObject(body, 'record'));
  if (!fits) await addProperties(api, object, names, archived, [item]);
  await addLabels(api, object, [item]);
  return item;
}

async function fetchOwner({ id, archived }: OneRequest, { api }: AccountContext): Promise<IntegrationItem> {
  const path = `/crm/owners/${API_VERSION}/${encodeURIComponent(id)}`;
  const { body } = await api.read({ path, query: { archived: archived ? 'true' : undefined } });
  return ownerToItem(readObject(body, 'owner'));
}

/** @param request `archived`: what is archived, instead of the others */
async function objectPage(request: PageRequest, context: AccountContext): Promise<Page> {
  const { archived, changedSince, position } = request;
  const { api } = context;
  const records = await recordsOf(request, context);
  const { object, names, associated } = records;
  let page: Page;
  // A search never finds what is archived.
  if (changedSince !== null && !archived) {
    page = await searchPage({ api, object, changedSince }, position, names, request.limit, records.found);
    if (associated.length > 0) await addAssociations(api, object, associated, page.items);
  } else {
    page = await listPage(api, records.path, records.query, request, MAX_PAGE_SIZE, records.toItem);
    if (!records.fits) await addProperties(api, object, names, archived, page.items);
  }
  await addLabels(api, object, page.items);
  return page;
}

/** How records of a type are asked for, and read. */
async function recordsOf(
  { type, properties: wanted }: Pick<PageRequest, 'type' | 'properties'>,
  { api, account, scopes }: AccountContext,
) {
  const object = await objectOf(api, type);
  const found = objectMapper(type, object, account);
  const names = await propertyNames(api, object, wanted);
  const associated = wanted === 'all' || wanted.includes(ASSOCIATIONS) ? associatedTypes(scopes) : [];
  const fits = fitsInQuery(names);
  return {
    object,
    names,
    associated,
    fits,
    path: `/crm/objects/${API_VERSION}/${object.path}`,
    query: {
      properties: (fits ? names : object.properties).join(','),
      associations: associated.map(({ path }) => path).join(',') || undefined,
    },
    /** Of a search, which gives no associations. */
    found,
    toItem: (record: JsonObject): IntegrationItem => {
      const item = found(record);
      if (associated.length > 0) item.properties[ASSOCIATIONS] = associationsOf(record, associated);
      return item;
    },
  };
}

function ownerPage(request: PageRequest, { api }: AccountContext): Promise<Page> {
  return listPage(api, `/crm/owners/${API_VERSION}`, {}, request, MAX_OWNERS, ownerToItem);
}

async function listPage(
  api: ProviderApi,
  path: string,
  query: Record<string, string | undefined>,
  { position, limit, archived }: PageRequest,
  maxPageSize: number,
  toItem: (result: JsonObject) => IntegrationItem,
): Promise<Page> {
  const paging = { limit: Math.min(limit, maxPageSize), after: position ?? undefined };
  const { body } = await api.read({ path, query: { ...paging, ...query, archived: archived ? 'true' : undefined } });
  const list = readObject(body, 'list');
  const { next } = optional.object(list['paging']);
  return readPage(readArray(list['results'], 'results'), toItem, () =>
    next === undefined || next === null ? null : readString(optional.object(next)['after'], 'after'),
  );
}

/** `null`: the first page. */
function after(position: string | null): string | null {
  return readCursor(position?.slice(ARCHIVED.length), 'after');
}

async function accountDetails(api: ProviderApi) {
  const { body } = await api.read({ path: `/account-info/${API_VERSION}/details` });
  return readObject(body, 'details');
}
