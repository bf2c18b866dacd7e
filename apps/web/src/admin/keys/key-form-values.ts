import { isId } from '../../user/user.js';
import { texts } from '../texts.js';
import type { Scope } from '../queries.js';

export interface KeyFormValues {
  name: string;
  scopes: readonly Scope[];
  orgs: string;
  period: keyof typeof texts.keys.periods;
  /** `YYYY-MM-DD`, for the period `date`. */
  date: string;
  /** The maker's own key, for scopes that the cookie of the web app may not give. */
  ownKey: string;
}

export type KeyFormErrors = Partial<Record<'name' | 'scopes' | 'orgs' | 'date' | 'ownKey', string>>;

export const EMPTY_VALUES: KeyFormValues = { name: '', scopes: [], orgs: '', period: '90', date: '', ownKey: '' };

const NOT_BY_COOKIE: readonly Scope[] = ['credentials:read', 'proxy', 'admin'];

export const needsOwnKey = ({ scopes }: KeyFormValues): boolean =>
  scopes.some((scope) => NOT_BY_COOKIE.includes(scope));

const DAY_MS = 24 * 60 * 60_000;

const orgIdsOf = ({ orgs }: KeyFormValues): string[] => [...new Set(orgs.split(/[\s,;]+/).filter(Boolean))];

/** A date means the end of that day in the user's time zone. `null`: never. */
function expiryOf({ period, date }: KeyFormValues, now: number): Date | null {
  if (period === 'never') return null;
  return period === 'date' ? new Date(`${date}T23:59:59`) : new Date(now + Number(period) * DAY_MS);
}

/** @param hasCookie whether the caller is signed in; in sandbox mode nobody has to */
export function validate(values: KeyFormValues, hasCookie: boolean, now: number): KeyFormErrors {
  const { nameMissing, scopesMissing, orgsInvalid, dateInvalid, ownKeyMissing } = texts.keys.form;
  const expiry = expiryOf(values, now);
  return {
    ...(values.name.trim() === '' && { name: nameMissing }),
    ...(values.scopes.length === 0 && { scopes: scopesMissing }),
    ...(hasCookie && needsOwnKey(values) && values.ownKey.trim() === '' && { ownKey: ownKeyMissing }),
    ...(!orgIdsOf(values).every(isId) && { orgs: orgsInvalid }),
    // Also when it is no date, and no comparison is true.
    ...(expiry !== null && !(expiry.getTime() > now) && { date: dateInvalid }),
  };
}

/** @param values without errors */
export function toRequest(values: KeyFormValues, now: number) {
  const orgIds = orgIdsOf(values);
  const expiry = expiryOf(values, now);
  return {
    name: values.name.trim(),
    scopes: [...values.scopes],
    ...(orgIds.length > 0 && { orgIds }),
    ...(expiry && { expiresAt: expiry.toISOString() }),
  };
}
