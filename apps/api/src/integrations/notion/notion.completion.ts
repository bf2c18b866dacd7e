import {
  UpstreamError,
  isObject,
  optional,
  readArray,
  readObject,
  readString,
  type JsonObject,
} from '@causeway/http-client';
import type { ProviderApi } from '../integration.js';

/** https://developers.notion.com/reference/retrieve-a-page#limits: of people, relations and mentions in a text, a page has no more. */
const MAX_REFERENCES = 25;
const PAGE_SIZE = 100;

/** For one page of a list; what needs more keeps the part that the list gave. */
const MAX_REQUESTS = 100;

/** A block can be in a block, and so on. */
const MAX_DEPTH = 20;

const UNREADABLE = new Set(['missing', 'forbidden', 'rejected', 'malformed', 'too-large']);

/**
 * The same objects, with what a list gives only in part: values of more than 25 references, and the page that a block is in. A value
 * that is still partial has `has_more`.
 */
export async function complete(entries: readonly unknown[], api: ProviderApi): Promise<unknown[]> {
  const reader = new PartReader(api);
  const completed: unknown[] = [];
  for (const entry of entries) completed.push(isPartial(entry) ? await reader.complete(entry) : entry);
  return completed;
}

function isPartial(entry: unknown): entry is JsonObject {
  if (!isObject(entry)) return false;
  return isInBlock(optional.object(entry['parent'])) || partialNames(optional.object(entry['properties'])).length > 0;
}

function isInBlock(parent: JsonObject): boolean {
  return parent['type'] === 'block_id';
}

const NONE: readonly string[] = [];

/** A formula or rollup is computed from the relations that the page has, so it is as partial as they are. */
function partialNames(properties: JsonObject): readonly string[] {
  let names: string[] | undefined;
  let isRelationPartial = false;
  for (const name in properties) {
    const property = properties[name];
    if (!isObject(property) || !hasMoreReferences(property)) continue;
    (names ??= []).push(name);
    isRelationPartial ||= property['type'] === 'relation';
  }
  if (!isRelationPartial) return names ?? NONE;
  const isComputed = (name: string) =>
    ['formula', 'rollup'].includes(String(optional.object(properties[name])['type']));
  return [...(names ?? NONE), ...Object.keys(properties).filter(isComputed)];
}

function hasMoreReferences(property: JsonObject): boolean {
  const { type } = property;
  if (type === 'relation' && typeof property['has_more'] === 'boolean') return property['has_more'];
  if (type !== 'relation' && type !== 'people' && type !== 'title' && type !== 'rich_text') return false;
  const value = property[type];
  if (!Array.isArray(value) || value.length < MAX_REFERENCES) return false;
  const isText = type === 'title' || type === 'rich_text';
  const references = isText ? value.filter((run) => optional.object(run)['type'] === 'mention') : value;
  return references.length >= MAX_REFERENCES;
}

class PartReader {
  private requestsLeft = MAX_REQUESTS;

  constructor(private readonly api: ProviderApi) {}

  async complete(entry: JsonObject): Promise<JsonObject> {
    const parent = optional.object(entry['parent']);
    const properties = optional.object(entry['properties']);
    const whole = new Map<string, JsonObject>();
    for (const name of partialNames(properties)) {
      whole.set(name, await this.readProperty(entry['id'], optional.object(properties[name])));
    }
    return {
      ...entry,
      parent: isInBlock(parent) ? await this.parentOutsideBlocks(parent) : parent,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, whole.get(name) ?? property]),
      ),
    };
  }

  private async readProperty(pageId: unknown, property: JsonObject): Promise<JsonObject> {
    const kind = String(property['type']);
    const items: JsonObject[] = [];
    let cursor: string | undefined;
    try {
      const path = `/v1/pages/${encodeURIComponent(readString(pageId, 'id'))}/properties/${propertyId(property)}`;
      while (this.requestsLeft > 0) {
        const list = await this.read(path, { page_size: PAGE_SIZE, start_cursor: cursor });
        if (list['object'] !== 'list') return { ...property, [kind]: list[kind] };
        items.push(...readArray(list['results'], 'results').map((item) => readObject(item, 'property_item')));
        if (list['has_more'] !== true)
          return wholeProperty(property, kind, items, optional.object(list['property_item']));
        cursor = readString(list['next_cursor'], 'next_cursor');
      }
    } catch (error) {
      rethrowUnlessUnreadable(error);
    }
    const more = kind === 'rollup' || items.length <= MAX_REFERENCES ? {} : { [kind]: items.map((item) => item[kind]) };
    return { ...property, ...more, has_more: true };
  }

  /** What a block is in, through all blocks around it; the block itself where that cannot be read. */
  private async parentOutsideBlocks(parent: JsonObject): Promise<JsonObject> {
    let found = parent;
    for (let depth = 0; isInBlock(found) && depth < MAX_DEPTH; depth += 1) {
      const id = optional.string(found['block_id']);
      const next = id === null ? null : await this.api.remember(`parent-of-block:${id}`, () => this.readParent(id));
      if (next === null) return parent;
      found = next;
    }
    return isInBlock(found) ? parent : found;
  }

  private async readParent(blockId: string): Promise<JsonObject | null> {
    if (this.requestsLeft === 0) return null;
    try {
      return readObject((await this.read(`/v1/blocks/${encodeURIComponent(blockId)}`))['parent'], 'parent');
    } catch (error) {
      rethrowUnlessUnreadable(error);
      return null;
    }
  }

  private async read(path: string, query: Record<string, string | number | undefined> = {}): Promise<JsonObject> {
    this.requestsLeft -= 1;
    return readObject((await this.api.read({ path, query })).body, 'response');
  }
}

/** Ids are URL-encoded in the API's own responses. */
function propertyId(property: JsonObject): string {
  const id = readString(property['id'], 'id');
  return /^[\w%~-]+$/.test(id) ? id : encodeURIComponent(id);
}

function wholeProperty(property: JsonObject, kind: string, items: JsonObject[], summary: JsonObject): JsonObject {
  if (kind !== 'rollup') return { ...property, [kind]: items.map((item) => item[kind]), has_more: false };
  const rollup = optional.object(summary['rollup']);
  if (rollup['type'] !== 'array') return { ...property, rollup };
  // The runs of several texts come as one flat list.
  const isText = items.some(({ type }) => type === 'title' || type === 'rich_text');
  return isText ? { ...property, has_more: true } : { ...property, rollup: { ...rollup, array: items } };
}

/** What else can fail may succeed later, and with it the whole page. */
function rethrowUnlessUnreadable(error: unknown): void {
  if (!(error instanceof UpstreamError) || !UNREADABLE.has(error.reason)) throw error;
}
