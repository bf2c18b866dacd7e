import type { FailureReason, UpstreamError } from '@causeway/http-client';
import { Problem } from '@causeway/problem';
import type { IntegrationDefinition, ItemType } from '../integrations/integration-definition.js';
import type { LoadDto } from './item.dto.js';
import { hashOf, shortHash } from './hashes.js';

/** Where a load stands, and what was asked for at its start. Sealed, it is the `cursor` of the API. Times are milliseconds since the epoch. */
export interface LoadCursor {
  types: readonly string[];
  parent: string | null;
  updatedSince: number | null;
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
  return { type, parentId: null, start: null, position: null, skip: 0, steps: 0, recent: [], milestone: '' };
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
export function restarted({ type, parentId, start }: ListCursor): ListCursor {
  return { ...listCursor(type), parentId, start, position: start };
}

/** @throws Problem `invalid-request` for types that the integration does not have, or that need a parent */
export function firstCursor({ itemTypes, name }: IntegrationDefinition, request: LoadDto, now: number): LoadCursor {
  const { types, parent, updatedSince } = request;
  const known = itemTypes.map(({ type }) => type);
  const wanted =
    types === undefined || types.length === 0
      ? itemTypes.filter(({ byDefault }) => byDefault).map(({ type }) => type)
      : [...new Set(types)];
  if (wanted.some((type) => !known.includes(type))) {
    throw new Problem('invalid-request', `${name} has the item types ${known.join(', ')}.`, {
      errors: [{ pointer: '/types', detail: `has to be out of ${known.join(', ')}` }],
    });
  }
  const orphan = itemTypes.find((one) => wanted.includes(one.type) && one.parent !== undefined && parent === undefined);
  if (orphan !== undefined) {
    throw new Problem(
      'invalid-request',
      `To load the type ${orphan.type}, say in which ${orphan.parent} with "parent".`,
      { errors: [{ pointer: '/parent', detail: `has to be the id of a ${orphan.parent}` }] },
    );
  }
  return {
    types: wanted,
    parent: parent ?? null,
    updatedSince: updatedSince === undefined ? null : Date.parse(updatedSince),
    startedAt: now,
    lists: wanted.map(listCursor),
    hashes: '',
    fruitlessPages: 0,
    incomplete: [],
  };
}

/** @throws Problem `invalid-request` where the request asks for something else than the load that it goes on with */
export function refuseOtherLoad(cursor: LoadCursor, { types, parent, updatedSince }: LoadDto): void {
  const same =
    (types === undefined || types.join() === cursor.types.join()) &&
    (parent === undefined || parent === cursor.parent) &&
    (updatedSince === undefined || Date.parse(updatedSince) === cursor.updatedSince);
  if (same) return;
  throw new Problem(
    'invalid-request',
    'This cursor belongs to a load of other types, another parent or another time.',
    { errors: [{ pointer: '/cursor', detail: 'does not go with the other parameters' }] },
  );
}

const SECOND_MS = 1000;

/** From when on a type's changes are wanted, rounded down to what the provider keeps: rather one item too many than one too few. */
export function changedSince({ updatedSince }: LoadCursor, { changes }: Pick<ItemType, 'changes'>): number | null {
  if (updatedSince === null) return null;
  const unit = Math.max(SECOND_MS, (changes?.granularitySeconds ?? 0) * SECOND_MS);
  return Math.floor(updatedSince / unit) * unit;
}
