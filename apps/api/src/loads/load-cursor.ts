import type { FailureReason, UpstreamError } from '@causeway/http-client';
import { Problem } from '@causeway/problem';
import type { ItemType } from '../integrations/integration-definition.js';
import { hashOf, shortHash } from './hashes.js';

/** What a caller selects. What is not given has its default. */
export interface LoadParameters {
  types?: string[];
  parent?: string;
  properties?: string[];
  archived?: boolean;
  updatedSince?: Date;
  /** Of lists that are `newestFirst`, only the pages with what was created since then. */
  createdSince?: Date;
}

/** Where a load stands, and what was asked for at its start. Sealed, it is the `cursor` of the API. Times are milliseconds since the epoch. */
export interface LoadCursor {
  types: readonly string[];
  parent: string | null;
  properties: readonly string[] | 'all';
  archived: boolean;
  updatedSince: number | null;
  /** Not in cursors of an earlier version. */
  createdSince?: number | null;
  startedAt: number;
  /** What has not been given. */
  lists: readonly ListCursor[];
  /** Hashes of the last items, so that none is given again when a provider's pages overlap. */
  hashes: string;
  /** Pages in a row that gave no new item. */
  fruitlessPages: number;
  /** What could not be read, and is not among `lists`. */
  incomplete: readonly IncompleteList[];
}

/** One list of a provider: an item type, a table, a workspace. */
export interface ListCursor {
  type: string;
  /** The provider's id of what the list is in; `null` where it is in the account. */
  parentId: string | null;
  /** Where the list begins, as the integration named it; `null`: at the beginning of the type. */
  start: string | null;
  /** Lists of one group share a rate limit; `null`: that of the account. */
  group: string | null;
  /** Items that a page may have, after larger ones were too large to be read. */
  pageSize: number | null;
  /** The next page; `null`: the first one of the type. */
  position: string | null;
  /** Items of that page that were given already. */
  skip: number;
  /** How many positions led to this one. */
  steps: number;
  /** Short hashes of the last of them, and of the one at the last power of two steps. A provider that names one again goes in a circle. */
  recent: readonly string[];
  milestone: string;
}

/** A list, or a part of one, that a load gives up. */
export interface IncompleteList {
  type: string;
  parentId: string | null;
  reason: FailureReason;
  context: UpstreamError['context'];
}

const RECENT = 8;

export function listCursor(type: string): ListCursor {
  const place = { parentId: null, group: null, pageSize: null, start: null, position: null };
  return { type, ...place, skip: 0, steps: 0, recent: [], milestone: '' };
}

/**
 * The cursor after one more step. Circles of up to eight positions are found at once, longer ones by the milestone (R. P. Brent, 1980)
 * before they were walked three times, however the load is cut into requests.
 * @returns `null` for a position that the list was at before
 */
export function advance(list: ListCursor, position: string): ListCursor | null {
  const hash = shortHash(hashOf(position));
  if (list.recent.includes(hash) || list.milestone === hash) return null;
  const steps = list.steps + 1;
  const isMilestone = (steps & (steps - 1)) === 0;
  return {
    ...list,
    position,
    skip: 0,
    steps,
    recent: [...list.recent.slice(1 - RECENT), hash],
    milestone: isMilestone ? hash : list.milestone,
  };
}

/** The same list from its beginning. */
export function restarted({ type, parentId, group, start }: ListCursor): ListCursor {
  return { ...listCursor(type), parentId, group, start, position: start };
}

/**
 * @param itemTypes the integration's, and those that only this account has
 * @throws Problem `invalid-request` for what these types do not have
 */
export function firstCursor(
  name: string,
  itemTypes: readonly ItemType[],
  request: LoadParameters,
  now: number,
): LoadCursor {
  const { types = [], parent, properties = [], archived = false, updatedSince, createdSince } = request;
  const known = itemTypes.map(({ type }) => type);
  if (types.some((type) => !known.includes(type))) {
    throw refusal('types', `has to be out of ${known.join(', ')}`, `${name} has the item types ${known.join(', ')}.`);
  }
  // In the order of the definition, whatever the order of the request.
  const wanted = itemTypes.filter(({ type, byDefault }) => (types.length === 0 ? byDefault : types.includes(type)));
  const within = wanted.find((type) => type.parent?.required && parent === undefined);
  if (within?.parent !== undefined) {
    const { description } = within.parent;
    throw refusal(
      'parent',
      `has to be the id of ${description}`,
      `To load the type ${within.type}, say in which ${description.replace(/^an? /, '')} with "parent".`,
    );
  }
  if (parent !== undefined && !wanted.some((type) => type.parent !== undefined)) {
    throw refusal('parent', 'is not for these types', 'Items of these types are in no other item.');
  }
  if (properties.length > 0 && !wanted.some(({ namedProperties }) => namedProperties)) {
    throw refusal('properties', 'is not for these types', 'These types always come with all their properties.');
  }
  if (archived && !wanted.some((type) => type.archived)) {
    throw refusal('archived', 'is not for these types', 'Archived items of these types are given with the others.');
  }
  return {
    types: wanted.map(({ type }) => type),
    parent: parent ?? null,
    properties: properties.includes('all') ? 'all' : [...new Set(properties)].sort(),
    archived,
    updatedSince: updatedSince?.getTime() ?? null,
    createdSince: createdSince?.getTime() ?? null,
    startedAt: now,
    lists: wanted.map(({ type }) => listCursor(type)),
    hashes: '',
    fruitlessPages: 0,
    incomplete: [],
  };
}

function refusal(parameter: string, detail: string, sentence: string): Problem {
  return new Problem('invalid-request', sentence, { errors: [{ pointer: `/${parameter}`, detail }] });
}

/** @throws Problem `invalid-request` where a parameter of the request is not that of the load that its cursor continues */
export function refuseOtherLoad(cursor: LoadCursor, request: LoadParameters): void {
  const { types, parent, properties, archived, updatedSince } = request;
  const isSame =
    (types === undefined || isSameSet(types, cursor.types)) &&
    (parent === undefined || parent === cursor.parent) &&
    (properties === undefined ||
      (cursor.properties === 'all' ? properties.includes('all') : isSameSet(properties, cursor.properties))) &&
    (archived === undefined || archived === cursor.archived) &&
    (updatedSince === undefined || updatedSince.getTime() === cursor.updatedSince);
  if (isSame) return;
  throw refusal(
    'cursor',
    'does not go with the other parameters',
    'This cursor belongs to a load with other parameters. Omit them, or send those of its first page.',
  );
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value) => right.includes(value));
}

const SECOND_MS = 1000;

/** From when on a type's changes are wanted, rounded down to what the provider keeps: rather one item too many than one too few. */
export function changedSince({ updatedSince }: LoadCursor, { changes }: Pick<ItemType, 'changes'>): number | null {
  if (updatedSince === null) return null;
  const unit = Math.max(SECOND_MS, (changes?.granularitySeconds ?? 0) * SECOND_MS);
  return Math.floor(updatedSince / unit) * unit;
}
