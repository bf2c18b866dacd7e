/** One list of a provider that is walked page by page: an item type, a table, a workspace. */
export interface Lane {
  type: string;
  /** Where the list begins, as the integration named it; `null`: at the beginning of the type. */
  start: string | null;
  /** The page that comes next; `null`: the first one of the type. */
  position: string | null;
  /** Items of that page that were given out already. */
  skip: number;
  /** Why the provider cut the list at this place; `null`: it did not. */
  cut: string | null;
  /** Marks of the positions before this one: a provider that gives one of them again would be walked in a circle. */
  seen: readonly string[];
}

export function laneOf(type: string): Lane {
  return { type, start: null, position: null, skip: 0, cut: null, seen: [] };
}

/** What cannot be loaded, and why. */
export interface Failure {
  type: string;
  error: Error;
}
