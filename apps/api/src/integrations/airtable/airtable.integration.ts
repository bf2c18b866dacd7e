import { Injectable } from '@nestjs/common';
import type { Grant } from '#oauth';
import { UpstreamError, optional, readArray, readObject, readString } from '#upstream';
import {
  Integration,
  type Holder,
  type Identity,
  type Page,
  type PageRequest,
  type ProviderApi,
} from '../integration.js';
import { airtable } from './airtable.definition.js';
import { classify } from './airtable.errors.js';
import { baseToItem, readTable, recordToItem, tableToItem, type Base, type Table } from './airtable.mapper.js';

const MAX_PAGE_SIZE = 100;

/** Where a walk over bases, their tables and their records stands. `table` and `offset` only for records. */
interface Position {
  base: string;
  table?: string;
  offset?: string;
}

@Injectable()
export class AirtableIntegration extends Integration {
  readonly definition = airtable;
  readonly classify = classify;

  async identify(_grant: Grant, api: ProviderApi): Promise<Identity> {
    const user = await whoami(api);
    const id = readString(user['id'], 'id');
    return { account: { id, name: optional.string(user['email']) ?? id, url: null }, key: id };
  }

  async probe(api: ProviderApi): Promise<void> {
    readString((await whoami(api))['id'], 'id');
  }

  page(api: ProviderApi, _holder: Holder, request: PageRequest): Promise<Page> {
    if (request.type === 'base') return basePage(api, request);
    return request.type === 'table' ? tablePage(api, request) : recordPage(api, request);
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

/** The tables of one base a page. */
async function tablePage(api: ProviderApi, { position }: PageRequest): Promise<Page> {
  const bases = await allBases(api);
  const { entry: base, next } = at(bases, position === null ? null : (JSON.parse(position) as Position).base);
  if (base === undefined) return { items: [], nextPosition: null };
  const tables = await tablesOf(api, base);
  return { items: tables.map((table) => tableToItem(table, base)), nextPosition: encode(next && { base: next.id }) };
}

/** A page of the records of one table; then the next table, then the next base. */
async function recordPage(api: ProviderApi, { position, limit }: PageRequest): Promise<Page> {
  const here = position === null ? null : (JSON.parse(position) as Position);
  const { entry: base, next: nextBase } = at(await allBases(api), here?.base ?? null);
  if (base === undefined) return { items: [], nextPosition: null };
  const { entry: table, next: nextTable } = at(await tablesOf(api, base), here?.table ?? null);
  const following = encode(
    nextTable === undefined ? nextBase && { base: nextBase.id } : { base: base.id, table: nextTable.id },
  );
  if (table === undefined) return { items: [], nextPosition: following };
  const { body } = await api.read({
    path: `/v0/${encodeURIComponent(base.id)}/${encodeURIComponent(table.id)}`,
    query: { pageSize: Math.min(limit, MAX_PAGE_SIZE), offset: here?.offset },
    subject: base.id,
  });
  const answer = readObject(body, 'answer');
  const records = readArray(answer['records'], 'records').map((record) =>
    recordToItem(readObject(record, 'records'), table, base),
  );
  const offset = optional.string(answer['offset']);
  return {
    items: records,
    nextPosition: offset === null ? following : encode({ base: base.id, table: table.id, offset }),
  };
}

/** The entry with this id (the first one without an id) and the one after it. */
function at<T extends { id: string }>(
  entries: readonly T[],
  id: string | null,
): { entry: T | undefined; next: T | undefined } {
  const index = id === null ? 0 : entries.findIndex((entry) => entry.id === id);
  if (index < 0) throw new UpstreamError('cursor-expired', { note: 'A base or table of this load is gone.' });
  return { entry: entries[index], next: entries[index + 1] };
}

function encode(position: Position | undefined): string | null {
  return position === undefined ? null : JSON.stringify(position);
}
