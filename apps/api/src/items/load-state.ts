import type { IntegrationDefinition, ItemType } from '../integrations/integration-definition.js';
import { Problem } from '@causeway/problem';
import type { LoadDto } from './item.dto.js';
import { laneOf, type Lane } from './lane.js';

/** Where a load stands, and what it was asked for at its start. */
export interface LoadState {
  types: readonly string[];
  parent: string | null;
  /** Milliseconds since the epoch, as for all times here. */
  updatedSince: number | null;
  startedAt: number;
  /** What has not been given out. */
  lanes: readonly Lane[];
  /** Marks of the items given last, so that none is given again when a provider's pages overlap. */
  recent: string;
}

/** @throws Problem `invalid-request` for types that the integration does not have, or that want a parent. */
export function firstState({ itemTypes, name }: IntegrationDefinition, request: LoadDto, now: number): LoadState {
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
  const orphan = itemTypes.find(
    ({ type, parent: kind }) => wanted.includes(type) && kind !== undefined && parent === undefined,
  );
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
    lanes: wanted.map(laneOf),
    recent: '',
  };
}

/** @throws Problem `invalid-request` where the request asks for something else than the load that it goes on with. */
export function refuseOtherLoad(state: LoadState, { types, parent, updatedSince }: LoadDto): void {
  const same =
    (types === undefined || types.join() === state.types.join()) &&
    (parent === undefined || parent === state.parent) &&
    (updatedSince === undefined || Date.parse(updatedSince) === state.updatedSince);
  if (same) return;
  throw new Problem(
    'invalid-request',
    'This cursor belongs to a load of other types, another parent or another time.',
    { errors: [{ pointer: '/cursor', detail: 'does not go with the other parameters' }] },
  );
}

const SECOND_MS = 1000;

/** The time from which on a type's changes are wanted, as exactly as the provider keeps it: rather one too many than one too few. */
export function changedSince({ updatedSince }: LoadState, { changes }: Pick<ItemType, 'changes'>): number | null {
  if (updatedSince === null) return null;
  const unit = Math.max(SECOND_MS, (changes?.granularitySeconds ?? 0) * SECOND_MS);
  return Math.floor(updatedSince / unit) * unit;
}
