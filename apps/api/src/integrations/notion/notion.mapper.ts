import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem, type Account } from '../integration.js';

export function pageToItem(page: JsonObject, account: Account): IntegrationItem {
  const properties = optional.object(page['properties']);
  return IntegrationItem.of({
    ...common(page, account),
    type: 'page',
    name: titleOf(properties),
    properties: scalars(properties),
  });
}

/** Since 2025-09-03 a database is a container of data sources, which hold the rows. */
export function dataSourceToItem(source: JsonObject, account: Account): IntegrationItem {
  return IntegrationItem.of({
    ...common(source, account),
    type: 'data-source',
    name: plainText(source['title']),
    directory: true,
    properties: {
      description: plainText(source['description']),
      inline: optional.boolean(source['is_inline']),
      columns: Object.keys(optional.object(source['properties'])),
    },
  });
}

function common(object: JsonObject, account: Account) {
  const parent = optional.object(object['parent']);
  const kind = optional.string(parent['type']);
  const inWorkspace = kind === 'workspace';
  return {
    id: readString(object['id'], 'id'),
    parentId: inWorkspace ? account.id : kind === null ? null : optional.string(parent[kind]),
    parentPathOrName: inWorkspace ? account.name : null,
    creationTime: optional.time(object['created_time']),
    lastModifiedTime: optional.time(object['last_edited_time']),
    url: optional.string(object['url']),
    // `archived` before 2026-03-11.
    visibility: (object['in_trash'] ?? object['archived']) !== true,
  };
}

/** The title property has any name; its type says which one it is. */
function titleOf(properties: JsonObject): string | null {
  const title = Object.values(properties).find((property) => optional.object(property)['type'] === 'title');
  return plainText(optional.object(title)['title']);
}

function plainText(richText: unknown): string | null {
  const text = optional.array(richText).map((part) => optional.string(optional.object(part)['plain_text']) ?? '');
  return text.join('') || null;
}

function scalars(properties: JsonObject): Record<string, unknown> {
  const values = Object.entries(properties).map(
    ([name, property]) => [name, scalar(optional.object(property))] as const,
  );
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

const NAMED = (value: unknown) => optional.string(optional.object(value)['name']);

/** A property value as one text, number, boolean or list of texts; `undefined` for kinds that have no such form (files, rollups of lists). */
function scalar(property: JsonObject): unknown {
  const kind = optional.string(property['type']) ?? '';
  const value = property[kind];
  switch (kind) {
    case 'title':
    case 'rich_text':
      return plainText(value);
    case 'number':
    case 'checkbox':
    case 'url':
    case 'email':
    case 'phone_number':
    case 'created_time':
    case 'last_edited_time':
      return value ?? null;
    case 'select':
    case 'status':
    case 'created_by':
    case 'last_edited_by':
      return NAMED(value);
    case 'multi_select':
    case 'people':
      return optional.array(value).map(NAMED);
    case 'date':
      return optional.string(optional.object(value)['start']);
    case 'relation':
      return optional.array(value).map((related) => optional.string(optional.object(related)['id']));
    case 'unique_id': {
      const { prefix, number } = optional.object(value);
      return typeof prefix === 'string' ? `${prefix}-${String(number)}` : (number ?? null);
    }
    case 'formula':
    case 'rollup':
      return scalar(optional.object(value));
    case 'string':
    case 'boolean':
      return value ?? null;
    default:
      return undefined;
  }
}
