import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

const ACCOUNT_PARAMS = ['org', 'user', 'integration', 'connection'] as const;

const ITEMS_PARAMS = [
  /** Types separated by commas. */
  'types',
  'find',
  /** A column, descending after a `-`. */
  'sort',
  /** `json`, or the table. */
  'view',
  /** The item whose details are open, as `<type> <id>`. */
  'item',
] as const;

const ITEMS_LISTS = [
  /** What was opened to get to the shown items, outermost first: see `Container`. */
  'in',
  /** The ids of the visible columns. */
  'column',
] as const;

type AccountParam = (typeof ACCOUNT_PARAMS)[number];

/** The search parameters of the Accounts page; `null` and `[]` where the address has none. */
export type PageParams = Record<AccountParam | (typeof ITEMS_PARAMS)[number], string | null> &
  Record<(typeof ITEMS_LISTS)[number], string[]>;

/** By default, a change adds an entry to the history, which the Back button undoes. */
interface NavigateOptions {
  replace?: boolean;
  /** Of the history entry. */
  state?: string;
}

export function usePageParams(): PageParams {
  const search = useSearch();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    return Object.fromEntries([
      ...[...ACCOUNT_PARAMS, ...ITEMS_PARAMS].map((name) => [name, params.get(name)]),
      ...ITEMS_LISTS.map((name) => [name, params.getAll(name)]),
    ]) as PageParams;
  }, [search]);
}

export function setPageParams(changes: Partial<PageParams>, options?: NavigateOptions): void {
  setSearchParams(changes, options);
}

/** Shows another account, and nothing of the items of the one before. */
export function selectAccount(changes: Partial<Record<AccountParam, string>>, options?: NavigateOptions): void {
  const cleared = Object.fromEntries(['connection', ...ITEMS_PARAMS, ...ITEMS_LISTS].map((name) => [name, null]));
  setSearchParams({ ...cleared, ...changes }, options);
}

/** Changes the given search parameters of the current address; `null` and what is empty remove one. */
export function setSearchParams(
  changes: Record<string, string | readonly string[] | null>,
  options?: NavigateOptions,
): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    const values = (typeof value === 'string' ? [value] : (value ?? [])).filter(Boolean);
    if (values.join('\n') === url.searchParams.getAll(name).join('\n')) continue;
    url.searchParams.delete(name);
    for (const one of values) url.searchParams.append(name, one);
  }
  if (url.href !== window.location.href) navigate(url, options);
}
