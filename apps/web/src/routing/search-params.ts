import { useMemo } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

const ACCOUNT_PARAMS = ['org', 'user', 'integration', 'connection'] as const;

const ITEMS_PARAMS = [
  /** What is loaded: types separated by commas, and the id of their parent. */
  'load',
  'parent',
  /** What is shown of it: types separated by commas, a search text, the id of the parent, and a column, descending after a `-`. */
  'show',
  'find',
  'in',
  'sort',
  /** The item whose details are open, as `<type> <id>`. */
  'item',
] as const;

type AccountParam = (typeof ACCOUNT_PARAMS)[number];
type PageParam = AccountParam | (typeof ITEMS_PARAMS)[number];

/** The search parameters of the Accounts page; `null` where the address has none. */
export type PageParams = Record<PageParam, string | null>;

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
    return Object.fromEntries(
      [...ACCOUNT_PARAMS, ...ITEMS_PARAMS].map((name) => [name, params.get(name)]),
    ) as PageParams;
  }, [search]);
}

export function setPageParams(changes: Partial<PageParams>, options?: NavigateOptions): void {
  setSearchParams(changes, options);
}

/** Shows another account, and nothing of the items of the one before. */
export function selectAccount(changes: Partial<Record<AccountParam, string>>, options?: NavigateOptions): void {
  const cleared = Object.fromEntries(['connection', ...ITEMS_PARAMS].map((name) => [name, null]));
  setSearchParams({ ...cleared, ...changes }, options);
}

/** Changes the given search parameters of the current address; `null` and the empty string remove one. */
export function setSearchParams(changes: Record<string, string | null>, options?: NavigateOptions): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) navigate(url, options);
}
