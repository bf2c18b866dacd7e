import { pick } from './hash.js';

/** Generated data ends at this fixed day, so that item N is always the same. */
export const WORLD_END = Date.UTC(2026, 8, 30, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface Moments {
  created: number;
  modified: number;
}

/** Scattered over three years; modified some time after creation, in milliseconds. */
export function scattered(key: string, index: number): Moments {
  const created = WORLD_END - (pick(3 * 365, `${key}/day`, index) + 1) * DAY + pick(DAY, `${key}/time`, index);
  const modified = created + Math.floor((WORLD_END - created) * (pick(1000, `${key}/modified`, index) / 1000));
  return { created, modified };
}

/**
 * Older with every index, so a list sorted by time needs no sorting however long it is. Whole minutes, and neighbours
 * often share one: Notion's times have minute granularity and a reader must survive ties.
 */
export function receding(position: number): Moments {
  const modified = WORLD_END - Math.floor(3000 * Math.sqrt(position)) * MINUTE;
  return { modified, created: modified - 40 * DAY };
}

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
