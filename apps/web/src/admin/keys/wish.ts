import { isName } from '../../place/who.js';
import { texts } from '../texts.js';
import type { Scope } from './use-keys.js';

/** What is filled in for a key to be made. */
export interface Wish {
  name: string;
  scopes: readonly Scope[];
  orgs: string;
  period: keyof typeof texts.keys.periods;
  /** `YYYY-MM-DD`, for the period `date`. */
  date: string;
}

export type Faults = Partial<Record<'name' | 'scopes' | 'orgs' | 'date', string>>;

export const EMPTY_WISH: Wish = { name: '', scopes: [], orgs: '', period: '90', date: '' };

const DAY_MS = 24 * 60 * 60_000;

const orgIdsOf = ({ orgs }: Wish): string[] => [...new Set(orgs.split(/[\s,;]+/).filter(Boolean))];

/** The end of that day, where the person is. `null`: never. */
function endOf({ period, date }: Wish, now: number): Date | null {
  if (period === 'never') return null;
  return period === 'date' ? new Date(`${date}T23:59:59`) : new Date(now + Number(period) * DAY_MS);
}

export function faultsOf(wish: Wish, now: number): Faults {
  const words = texts.keys.form;
  const end = endOf(wish, now);
  return {
    ...(wish.name.trim() === '' ? { name: words.nameMissing } : {}),
    ...(wish.scopes.length === 0 ? { scopes: words.scopesMissing } : {}),
    ...(orgIdsOf(wish).every(isName) ? {} : { orgs: words.orgsWrong }),
    ...(end === null || end.getTime() > now ? {} : { date: words.dateWrong }),
  };
}

/** @param wish without faults */
export function requestOf(wish: Wish, now: number) {
  const orgIds = orgIdsOf(wish);
  const end = endOf(wish, now);
  return {
    name: wish.name.trim(),
    scopes: [...wish.scopes],
    ...(orgIds.length === 0 ? {} : { orgIds }),
    ...(end === null ? {} : { expiresAt: end.toISOString() }),
  };
}
