import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { UpstreamError, optional, readArray, readObject, readString } from '@causeway/http-client';
import { nullIfGone } from '../gone-item.js';
import {
  Integration,
  type AccountContext,
  type AccountIdentity,
  type IntegrationItem,
  type ItemRequest,
  type ProviderApi,
} from '../integration.js';
import {
  branchAt,
  readCursor,
  readPage,
  readWholeList,
  type Branches,
  type Page,
  type PageRequest,
  type WholeList,
} from '../page.js';
import type { ReceivedWebhook, WebhookRequest } from '../provider-webhook.js';
import { airtable } from './airtable.definition.js';
import { classify } from './airtable.errors.js';
import { airtableHooks } from './airtable.hooks.js';
import { addLinkedNames } from './airtable.links.js';
import {
  baseToItem,
  readBase,
  readTable,
  recordMapper,
  tableToItem,
  type Base,
  type Table,
} from './airtable.mapper.js';
import { receiveAirtableWebhook } from './airtable.webhooks.js';

const MAX_PAGE_SIZE = 100;

/** Bases, and the tables of a base, are lists of lists: a base has a rate limit of its own, so they are read side by side. */
type Position =
  | { at: 'bases'; from: string | null }
  | { at: 'base'; base: string }
  | { at: 'tables'; base: string; from: string }
  | TablePosition;

interface TablePosition {
  at: 'table';
  base: string;
  table: string;
  offset?: string;
}

const UNLISTED = { name: null, permissionLevel: null };

@Injectable()
export class AirtableIntegration extends Integration {
  readonly definition = airtable;
  readonly classify = classify;
  override readonly hooks = airtableHooks;

  async identify(_grant: Grant, api: ProviderApi): Promise<AccountIdentity> {
    const user = await whoami(api);
    const id = readString(user['id'], 'id');
    return { account: { id, name: optional.string(user['email']) ?? id, url: null }, key: id };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await whoami(api))['id'], 'id');
  }

  async fetchPage(request: PageRequest, { api }: AccountContext): Promise<Page | Branches> {
    if (request.type === 'base') return basePage(api, request);
    const bases = await allBases(api);
    const position = readPosition(request);
    if (position.at === 'bases') {
      return branchAt(
        bases,
        position.from,
        ({ id }) => encode({ at: 'base', base: id }),
        ({ id }) => encode({ at: 'bases', from: id }),
        ({ id }) => ({ group: id }),
      );
    }
    const base = baseOf(bases, position.base);
    const tables = await allTables(api, base);
    if (request.type === 'table') return tablePage(base, tables);
    if (position.at === 'table') return recordPage(api, base, tables.entries, position, request);
    return branchAt(
      tables,
      position.at === 'tables' ? position.from : null,
      ({ id }) => encode({ at: 'table', base: base.id, table: id }),
      ({ id }) => encode({ at: 'tables', base: base.id, from: id }),
    );
  }

  fetchItem(request: ItemRequest, { api }: AccountContext): Promise<IntegrationItem | null> {
    return nullIfGone(async () => {
      const { type, id, driveId } = request;
      if (type === 'base') return fetchBase(api, id);
      if (driveId === null) throw new UpstreamError('rejected', { note: `A ${type} is asked for in its base.` });
      const base = baseOf(await allBases(api), driveId);
      return type === 'table' ? fetchTable(api, base, id) : fetchRecord(api, base, request);
    }, isGone);
  }

  receiveWebhook(request: WebhookRequest): Promise<ReceivedWebhook> {
    return receiveAirtableWebhook(request);
  }
}

/** Airtable does not tell what is not there from what may not be read. */
const GONE = new Set(['INVALID_PERMISSIONS', 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND']);

function isGone({ reason, context: { code } }: UpstreamError): boolean {
  return reason === 'missing' || (code !== undefined && GONE.has(code));
}

async function fetchBase(api: ProviderApi, id: string): Promise<IntegrationItem> {
  const { entries } = await readWholeList((offset) => readBases(api, offset), readBase);
  const listed = entries.find((base) => base.id === id);
  if (listed !== undefined) return baseToItem(listed);
  // The list of bases may lack one that can be read; only the list has its name.
  await readTables(api, { ...UNLISTED, id });
  throw new UpstreamError('malformed', { note: `The list of bases lacks "${id}", which can be read.` });
}

async function fetchTable(api: ProviderApi, base: Base, id: string): Promise<IntegrationItem | null> {
  const { entries } = await readWholeList(() => readTables(api, base), readTable);
  const table = entries.find((candidate) => candidate.id === id);
  return table === undefined ? null : tableToItem(table, base);
}

async function fetchRecord(
  api: ProviderApi,
  base: Base,
  { id, parentId, properties }: ItemRequest,
): Promise<IntegrationItem | null> {
  const tables = (await allTables(api, base)).entries;
  const table = tables.find((candidate) => candidate.id === parentId);
  if (table === undefined) return null;
  const path = ['v0', base.id, table.id, id].map(encodeURIComponent).join('/');
  const { body } = await api.read({ path: `/${path}`, subject: base.id });
  const item = recordMapper(table, base)(readObject(body, 'record'));
  if (properties.length > 0) await addLinkedNames(api, base, tables, table, properties, [item]);
  return item;
}

async function whoami(api: ProviderApi) {
  const { body } = await api.read({ path: '/v0/meta/whoami', rateLimit: 'user' });
  return readObject(body, 'user');
}

async function readBases(api: ProviderApi, offset: string | null) {
  const { body } = await api.read({
    path: '/v0/meta/bases',
    query: { offset: offset ?? undefined },
    rateLimit: 'user',
  });
  const response = readObject(body, 'response');
  return { entries: readArray(response['bases'], 'bases'), next: response['offset'] };
}

/** Read once for all pages of a load. */
function allBases(api: ProviderApi): Promise<WholeList<Base>> {
  return api.remember('bases', () => readWholeList((offset) => readBases(api, offset), readBase));
}

/** The list of bases may lack one that can be read. */
function baseOf({ entries }: WholeList<Base>, id: string): Base {
  return entries.find((base) => base.id === id) ?? { ...UNLISTED, id };
}

async function readTables(api: ProviderApi, base: Base) {
  const { body } = await api.read({ path: `/v0/meta/bases/${encodeURIComponent(base.id)}/tables`, subject: base.id });
  return { entries: readArray(readObject(body, 'response')['tables'], 'tables'), next: null };
}

function allTables(api: ProviderApi, base: Base): Promise<WholeList<Table>> {
  return api.remember(`tables:${base.id}`, () => readWholeList(() => readTables(api, base), readTable));
}

async function basePage(api: ProviderApi, { position }: PageRequest): Promise<Page> {
  const { entries, next } = await readBases(api, position);
  return readPage(
    entries,
    (base) => baseToItem(readBase(base)),
    () => readCursor(next, 'offset'),
  );
}

function tablePage(base: Base, { entries, note }: WholeList<Table>): Page {
  const unreadable = note === null ? undefined : new UpstreamError('malformed', { note });
  return { items: entries.map((table) => tableToItem(table, base)), nextPosition: null, unreadable };
}

async function recordPage(
  api: ProviderApi,
  base: Base,
  tables: Table[],
  { table: id, offset }: TablePosition,
  { position, limit, changedSince, properties }: PageRequest,
): Promise<Page> {
  const table = tables.find((candidate) => candidate.id === id);
  if (table === undefined) {
    throw new UpstreamError(position === null ? 'missing' : 'cursor-expired', { note: `There is no table "${id}".` });
  }
  const { body } = await api.read({
    path: `/v0/${encodeURIComponent(base.id)}/${encodeURIComponent(id)}`,
    query: {
      pageSize: Math.min(limit, MAX_PAGE_SIZE),
      offset,
      filterByFormula: changedSince === null ? undefined : changedFrom(changedSince),
    },
    subject: base.id,
  });
  const response = readObject(body, 'response');
  const page = readPage(readArray(response['records'], 'records'), recordMapper(table, base), () => {
    const next = readCursor(response['offset'], 'offset');
    return next === null ? null : encode({ at: 'table', base: base.id, table: id, offset: next });
  });
  if (properties.length > 0) await addLinkedNames(api, base, tables, table, properties, page.items);
  return page;
}

/** The formula knows "after", not "from". The time of the last change is blank for a record that nobody has edited since it was made. */
function changedFrom(time: number): string {
  const before = `'${new Date(time - 1).toISOString()}'`;
  return `OR(IS_AFTER(CREATED_TIME(),${before}),IS_AFTER(LAST_MODIFIED_TIME(),${before}))`;
}

function readPosition({ position, parent }: PageRequest): Position {
  if (position !== null) return JSON.parse(position) as Position;
  if (parent === null) return { at: 'bases', from: null };
  const [base = '', table] = parent.split('/');
  return table === undefined ? { at: 'base', base } : { at: 'table', base, table };
}

function encode(position: Position): string {
  return JSON.stringify(position);
}
