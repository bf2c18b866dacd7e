import { Injectable } from '@nestjs/common';
import type { Grant } from '@causeway/oauth';
import { UpstreamError, optional, readArray, readObject, readString } from '@causeway/http-client';
import {
  Integration,
  type Branches,
  type AccountContext,
  type AccountIdentity,
  type Page,
  type PageRequest,
  type ProviderApi,
} from '../integration.js';
import { airtable } from './airtable.definition.js';
import { classify } from './airtable.errors.js';
import { baseToItem, readTable, recordToItem, tableToItem, type Base, type Table } from './airtable.mapper.js';

const MAX_PAGE_SIZE = 100;

/**
 * Where a list begins or goes on: at the bases from one on, at one base, at its tables from one on, or in one table.
 * A base has an allowance of its own, so bases and their tables are walked side by side.
 */
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

@Injectable()
export class AirtableIntegration extends Integration {
  readonly definition = airtable;
  readonly classify = classify;

  async identify(_grant: Grant, api: ProviderApi): Promise<AccountIdentity> {
    const user = await whoami(api);
    const id = readString(user['id'], 'id');
    return { account: { id, name: optional.string(user['email']) ?? id, url: null }, key: id };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await whoami(api))['id'], 'id');
  }

  async page(api: ProviderApi, _holder: AccountContext, request: PageRequest): Promise<Page | Branches> {
    if (request.type === 'base') return basePage(api, request);
    const bases = await allBases(api);
    const position = readPosition(request.position);
    if (position.at === 'bases') {
      const { entry, next } = from(bases, position.from);
      return fork(entry && { at: 'base', base: entry.id }, next && { at: 'bases', from: next.id });
    }
    const base = byId(bases, position.base);
    const tables = await tablesOf(api, base);
    if (request.type === 'table') {
      return { items: tables.map((table) => tableToItem(table, base)), nextPosition: null };
    }
    if (position.at === 'table') return recordPage(api, base, byId(tables, position.table), position, request);
    const { entry, next } = from(tables, position.at === 'tables' ? position.from : null);
    return fork(
      entry && { at: 'table', base: base.id, table: entry.id },
      next && { at: 'tables', base: base.id, from: next.id },
    );
  }
}

async function whoami(api: ProviderApi) {
  const { body } = await api.read({ path: '/v0/meta/whoami', rateLimit: 'user' });
  return readObject(body, 'user');
}

async function readBases(api: ProviderApi, offset: string | null): Promise<{ bases: Base[]; offset: string | null }> {
  const { body } = await api.read({
    path: '/v0/meta/bases',
    query: { offset: offset ?? undefined },
    rateLimit: 'user',
  });
  const answer = readObject(body, 'answer');
  const bases = readArray(answer['bases'], 'bases').map((entry) => {
    const base = readObject(entry, 'bases');
    return {
      id: readString(base['id'], 'id'),
      name: optional.string(base['name']),
      permissionLevel: optional.string(base['permissionLevel']),
    };
  });
  return { bases, offset: optional.string(answer['offset']) };
}

/** All bases; asked once for all pages of a load. */
function allBases(api: ProviderApi): Promise<Base[]> {
  return api.remember('bases', async () => {
    const all: Base[] = [];
    const seen = new Set<string>();
    for (let offset: string | null = null; ;) {
      const page = await readBases(api, offset);
      all.push(...page.bases);
      offset = page.offset;
      if (offset === null) return all;
      if (seen.has(offset)) throw new UpstreamError('malformed', { note: 'It repeated a page of bases.' });
      seen.add(offset);
    }
  });
}

function tablesOf(api: ProviderApi, base: Base): Promise<Table[]> {
  return api.remember(`tables:${base.id}`, async () => {
    const { body } = await api.read({ path: `/v0/meta/bases/${encodeURIComponent(base.id)}/tables`, subject: base.id });
    return readArray(readObject(body, 'answer')['tables'], 'tables').map(readTable);
  });
}

async function basePage(api: ProviderApi, { position }: PageRequest): Promise<Page> {
  const { bases, offset } = await readBases(api, position);
  return { items: bases.map(baseToItem), nextPosition: offset };
}

async function recordPage(
  api: ProviderApi,
  base: Base,
  table: Table,
  { offset }: TablePosition,
  { limit, changedSince }: PageRequest,
): Promise<Page> {
  const { body } = await api.read({
    path: `/v0/${encodeURIComponent(base.id)}/${encodeURIComponent(table.id)}`,
    query: {
      pageSize: Math.min(limit, MAX_PAGE_SIZE),
      offset,
      filterByFormula: changedSince === null ? undefined : changedFrom(changedSince),
    },
    subject: base.id,
  });
  const answer = readObject(body, 'answer');
  const next = optional.string(answer['offset']);
  return {
    items: readArray(answer['records'], 'records').map((record) =>
      recordToItem(readObject(record, 'records'), table, base),
    ),
    nextPosition: next === null ? null : encode({ at: 'table', base: base.id, table: table.id, offset: next }),
  };
}

/** The formula knows "after", not "from". */
function changedFrom(time: number): string {
  return `IS_AFTER(LAST_MODIFIED_TIME(), '${new Date(time - 1).toISOString()}')`;
}

function readPosition(position: string | null): Position {
  return position === null ? { at: 'bases', from: null } : (JSON.parse(position) as Position);
}

function encode(position: Position): string {
  return JSON.stringify(position);
}

/** Without any position there is nothing to list. */
function fork(...positions: (Position | undefined)[]): Branches {
  return { lists: positions.flatMap((position) => (position === undefined ? [] : [encode(position)])) };
}

/** The entry with this id (the first one without an id) and the one after it. */
function from<T extends { id: string }>(
  entries: readonly T[],
  id: string | null,
): { entry: T | undefined; next: T | undefined } {
  const index = id === null ? 0 : entries.indexOf(byId(entries, id));
  return { entry: entries[index], next: entries[index + 1] };
}

function byId<T extends { id: string }>(entries: readonly T[], id: string): T {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new UpstreamError('cursor-expired', { note: 'A base or table of this load is gone.' });
  return entry;
}
