import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { optional, readArray, readObject, readString, UpstreamError, type JsonObject } from '@causeway/http-client';
import {
  Integration,
  type IntegrationItem,
  type Account,
  type AccountContext,
  type AccountIdentity,
  type ItemRequest,
  type ProviderApi,
} from '../integration.js';
import { nullIfGone } from '../gone-item.js';
import { readPage, type Branches, type Page, type PageRequest } from '../page.js';
import type { ReceivedWebhook, WebhookRequest } from '../provider-webhook.js';
import { complete } from './notion.completion.js';
import { notion } from './notion.definition.js';
import { classify } from './notion.errors.js';
import { incomplete, query, search, type Listing } from './notion.lists.js';
import { dataSourceToItem, databaseIdOf, databaseToItem, pageToItem } from './notion.mapper.js';
import { receiveNotionWebhook } from './notion.webhooks.js';

/** The search has no databases: each costs a request. */
const DATABASES_A_PAGE = 25;

/** Begins the positions in the list of what is in the trash; the cursor follows. */
const IN_TRASH = 'in-trash:';

/** Where one item of a type is. */
const COLLECTIONS: Partial<Record<string, string>> = {
  page: 'pages',
  'data-source': 'data_sources',
  database: 'databases',
};

/** What is asked for in a data source or database. */
type Position = RowsPosition | { at: 'source'; source: string };

/** Of a query that ends before its list does, the next one begins where it ended. */
interface RowsPosition {
  at: 'rows';
  source: string;
  from: string | null;
  cursor: string | null;
  incompleteness: string | null;
  lastCreated: string | null;
}

@Injectable()
export class NotionIntegration extends Integration {
  readonly definition = notion;
  readonly classify = classify;

  async identify({ response }: Grant): Promise<AccountIdentity> {
    const id = readString(response['workspace_id'], 'workspace_id');
    const bot = optional.string(response['bot_id']) ?? '';
    const name = optional.string(response['workspace_name']) ?? 'Notion workspace';
    const user = optional.object(optional.object(response['owner'])['user']);
    return {
      account: { id, name, url: null },
      key: `${id}:${bot}`,
      authorizedBy: optional.string(user['id']) ?? undefined,
      ...(bot !== '' && { grant: bot }),
    };
  }

  async probe(api: ProviderApi): Promise<void> {
    const { body } = await api.read({ path: '/v1/users/me' });
    readString(readObject(body, 'user')['id'], 'id');
  }

  fetchPage(request: PageRequest, { api, account }: AccountContext): Promise<Page | Branches> {
    if (request.type === 'database') return databasePage(api, account, request);
    return request.parent === null
      ? searchPage(api, account, request)
      : pageWithin(request.parent, api, account, request);
  }

  async fetchItem({ type, id }: ItemRequest, { api, account }: AccountContext): Promise<IntegrationItem | null> {
    const read = () => api.read({ path: `/v1/${COLLECTIONS[type]}/${encodeURIComponent(id)}` });
    const isGone = ({ reason, context: { code } }: UpstreamError) =>
      reason === 'missing' || code === 'restricted_resource';
    const response = await nullIfGone(read, isGone);
    if (response === null) return null;
    const [entry] = await complete([response.body], api);
    return mapperOf(type, account)(readObject(entry, type));
  }

  receiveWebhook(request: WebhookRequest): Promise<ReceivedWebhook> {
    return Promise.resolve(receiveNotionWebhook(request));
  }
}

/** What was archived is looked for in the trash, which the search leaves out. */
async function searchPage(api: ProviderApi, account: Account, request: PageRequest): Promise<Page> {
  const { position, changedSince, archived } = request;
  if (position?.startsWith(IN_TRASH) === true) return trashPage(api, account, request, position);
  const page = await searchListPage(api, account, request, { cursor: position, inTrash: false });
  const isOver = page.nextPosition === null && page.cut === undefined;
  return isOver && archived && changedSince !== null ? { ...page, nextPosition: IN_TRASH } : page;
}

async function trashPage(api: ProviderApi, account: Account, request: PageRequest, position: string): Promise<Page> {
  const cursor = position.slice(IN_TRASH.length) || null;
  try {
    const page = await searchListPage(api, account, request, { cursor, inTrash: true });
    return page.nextPosition === null ? page : { ...page, nextPosition: `${IN_TRASH}${page.nextPosition}` };
  } catch (error) {
    // The filter is younger than the API version that is asked for (2026-07-15): where Notion refuses it, full passes find the trash.
    if (error instanceof UpstreamError && error.reason === 'rejected') return { items: [], nextPosition: null };
    throw error;
  }
}

async function searchListPage(
  api: ProviderApi,
  account: Account,
  { type, limit, changedSince }: PageRequest,
  { cursor, inTrash }: { cursor: string | null; inTrash: boolean },
): Promise<Page> {
  // Oldest edit first: what is edited during the scan moves to its end and is seen again, instead of slipping past. Changes are read from
  // the other end; what is edited during that scan is a change since its start, for the next one.
  const direction = changedSince === null ? 'ascending' : 'descending';
  const list = await search(api, objectOf(type), direction, { cursor, limit, inTrash });
  // Only what has changed is worth the requests that complete it.
  const recent = list.entries.filter((entry) => changedSince === null || !isBefore(entry, changedSince));
  const entries = await complete(recent, api);
  const page = withIncompleteness(list, readPage(entries, mapperOf(type, account), list.readNext));
  const isOver = recent.length < list.entries.length;
  return isOver ? { ...page, nextPosition: null, cut: undefined } : page;
}

function withIncompleteness({ incompleteness }: Listing, page: Page): Page {
  if (incompleteness === null) return page;
  const error = incomplete(incompleteness);
  return page.nextPosition === null
    ? { ...page, cut: page.cut ?? error }
    : { ...page, unreadable: page.unreadable ?? error };
}

/** The databases that data sources are in, each once in a page. */
async function databasePage(api: ProviderApi, account: Account, { position, limit }: PageRequest): Promise<Page> {
  const size = Math.min(limit, DATABASES_A_PAGE);
  const list = await search(api, 'data_source', 'ascending', { cursor: position, limit: size });
  const databases: unknown[] = [];
  let unreadable: UpstreamError | undefined;
  for (const id of new Set(list.entries.map(databaseIdOf))) {
    if (id === null) {
      unreadable ??= new UpstreamError('malformed', { note: 'A data source does not say in which database it is.' });
      continue;
    }
    try {
      databases.push(await readDatabase(api, id));
    } catch (error) {
      if (!(error instanceof UpstreamError) || !['missing', 'forbidden'].includes(error.reason)) throw error;
      unreadable ??= error;
    }
  }
  const toItem = mapperOf('database', account);
  const page = withIncompleteness(list, readPage(await complete(databases, api), toItem, list.readNext));
  return { ...page, unreadable: page.unreadable ?? unreadable };
}

/** In a data source: its rows, or the data sources that it holds. In a database: the same of all its data sources, or these themselves. */
async function pageWithin(
  parent: string,
  api: ProviderApi,
  account: Account,
  request: PageRequest,
): Promise<Page | Branches> {
  const position = readPosition(request.position);
  if (position?.at === 'source') {
    const { body } = await api.read({ path: `/v1/data_sources/${encodeURIComponent(position.source)}` });
    return readPage([body], mapperOf('data-source', account), () => null);
  }
  try {
    return await rowsPage(api, account, request, position ?? firstRows(parent));
  } catch (error) {
    const mayBeDatabase = position === null && error instanceof UpstreamError && error.reason === 'missing';
    if (!mayBeDatabase) throw error;
  }
  const sources = readArray((await readDatabase(api, parent))['data_sources'], 'data_sources');
  const ids = sources.map((source) => readString(readObject(source, 'data source')['id'], 'id'));
  const positionOf = (source: string): Position =>
    request.type === 'data-source' ? { at: 'source', source } : firstRows(source);
  return { lists: ids.map((id) => ({ position: JSON.stringify(positionOf(id)), parentId: id })) };
}

async function rowsPage(
  api: ProviderApi,
  account: Account,
  { type, limit, changedSince }: PageRequest,
  position: RowsPosition,
): Promise<Page> {
  const { source, from, cursor } = position;
  const list = await query(api, source, objectOf(type), {
    cursor,
    limit,
    from,
    changedSince: changedSince === null ? null : new Date(changedSince).toISOString(),
  });
  const incompleteness = position.incompleteness ?? list.incompleteness;
  const lastCreated = optional.string(optional.object(list.entries.at(-1))['created_time']) ?? position.lastCreated;
  const page = readPage(await complete(list.entries, api), mapperOf(type, account), list.readNext);
  if (page.cut !== undefined) return page;
  const go = (next: Partial<RowsPosition>) => JSON.stringify({ ...position, lastCreated, incompleteness, ...next });
  if (page.nextPosition !== null) return { ...page, nextPosition: go({ cursor: page.nextPosition }) };
  if (incompleteness === null) return page;
  // More rows were created in one minute than a query gives.
  if (lastCreated === null || lastCreated === from) return { ...page, cut: incomplete(incompleteness) };
  return { ...page, nextPosition: go({ from: lastCreated, cursor: null, incompleteness: null }) };
}

async function readDatabase(api: ProviderApi, id: string) {
  return readObject((await api.read({ path: `/v1/databases/${encodeURIComponent(id)}` })).body, 'database');
}

function firstRows(source: string): RowsPosition {
  return { at: 'rows', source, from: null, cursor: null, incompleteness: null, lastCreated: null };
}

function readPosition(position: string | null): Position | null {
  return position === null ? null : (JSON.parse(position) as Position);
}

function objectOf(type: string): 'page' | 'data_source' {
  return type === 'page' ? 'page' : 'data_source';
}

function mapperOf(type: string, account: Account): (entry: JsonObject) => IntegrationItem {
  const toItem = type === 'page' ? pageToItem : type === 'database' ? databaseToItem : dataSourceToItem;
  return (entry) => toItem(entry, account);
}

function isBefore(entry: unknown, time: number): boolean {
  const edited = optional.time(optional.object(entry)['last_edited_time']);
  return edited !== null && Date.parse(edited) < time;
}
