import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

/** By default, a change adds an entry to the history, which the Back button undoes. */
interface NavigateOptions {
  replace?: boolean;
  /** Of the history entry. */
  state?: string;
}

/** The search parameters of the Accounts page; `null` and `[]` where the address has none. */
export function usePageParams() {
  const params = new URLSearchParams(useSearch());
  return {
    org: params.get('org'),
    user: params.get('user'),
    integration: params.get('integration'),
    connection: params.get('connection'),
    /** Types separated by commas. */
    types: params.get('types'),
    find: params.get('find'),
    /** A column, descending after a `-`. */
    sort: params.get('sort'),
    /** `json`, or the table. */
    view: params.get('view'),
    /** The item whose details are open, as `<type> <id>`. */
    item: params.get('item'),
    /** What was opened to get to the shown items, outermost first: see `parseContainer`. */
    in: params.getAll('in'),
    /** The ids of the visible columns. */
    column: params.getAll('column'),
  };
}

/** Shows another account, and nothing of the items of the one before. */
export function selectAccount(
  changes: Partial<Record<'org' | 'user' | 'integration' | 'connection', string>>,
  options?: NavigateOptions,
): void {
  const { org: _, user: __, integration: ___, ...others } = Object.fromEntries(new URLSearchParams(location.search));
  const cleared = Object.fromEntries(Object.keys(others).map((name) => [name, null]));
  setSearchParams({ ...cleared, ...changes }, options);
}

/** Changes the given search parameters of the current address; `null` and what is empty remove one, `undefined` keeps it. */
export function setSearchParams(
  changes: Record<string, string | readonly string[] | null | undefined>,
  options?: NavigateOptions,
): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const values = (typeof value === 'string' ? [value] : (value ?? [])).filter(Boolean);
    if (values.join('\n') === url.searchParams.getAll(name).join('\n')) continue;
    url.searchParams.delete(name);
    for (const one of values) url.searchParams.append(name, one);
  }
  if (url.href !== window.location.href) navigate(url, options);
}
