import { UpstreamError, readObject, readString, type JsonObject } from '@causeway/http-client';
import type { IntegrationItem } from './integration-item.js';

export interface PageRequest {
  type: string;
  /** The integration's own position, as it gave it with the page before; `null` for the first page. */
  position: string | null;
  /** At most this many items, as far as the provider can be asked for fewer. */
  limit: number;
  /** The provider's id of the item to look in; `null`: anywhere in the account. */
  parent: string | null;
  /** Names of properties beyond the default ones, where the definition says that they can be named. */
  properties: readonly string[] | 'all';
  /** Archived items are wanted too, where the definition names them. */
  archived: boolean;
  /**
   * Milliseconds since the epoch: only what changed since then is wanted, or only the pages with what was created since then of a list that is
   * `newestFirst`. `null` also where the definition names neither.
   */
  changedSince: number | null;
}

export interface Page {
  items: IntegrationItem[];
  /** `null`: this was the last page. An empty page may well have a next one. */
  nextPosition: string | null;
  /** Why an entry of this page is not among `items`; the list goes on. */
  unreadable?: UpstreamError | undefined;
  /** Why the list ends here though the provider has more. */
  cut?: UpstreamError | undefined;
}

/** Instead of a page: lists that can be read side by side. */
export interface Branches {
  lists: {
    position: string;
    /** The provider's id of what the list is in; `null` where it is in the account. */
    parentId: string | null;
    /** Lists with a rate limit of their own, of which several are read at the same time; by default that of the list that led here. */
    group?: string;
  }[];
  /** Why there may be more lists than these. */
  cut?: UpstreamError | undefined;
}

export function isBranches(response: Page | Branches): response is Branches {
  return 'lists' in response;
}

/** Reads a page so that one entry or cursor that is not what the provider documents does not cost the other entries. */
export function readPage(
  entries: readonly unknown[],
  toItem: (entry: JsonObject) => IntegrationItem,
  readNextPosition: () => string | null,
): Page {
  const items: IntegrationItem[] = [];
  let unreadable: UpstreamError | undefined;
  for (const entry of entries) {
    const item = orError(() => toItem(readObject(entry, 'entry')));
    if (item instanceof UpstreamError) unreadable ??= item;
    else items.push(item);
  }
  const next = orError(readNextPosition);
  return next instanceof UpstreamError
    ? { items, nextPosition: null, unreadable, cut: next }
    : { items, nextPosition: next, unreadable };
}

/** A provider's cursor for the next page; `null`: it gives none. */
export function readCursor(value: unknown, name: string): string | null {
  return value === undefined || value === null || value === '' ? null : readString(value, name);
}

/** A list that is needed as a whole. `note`: why entries may be missing. */
export interface WholeList<T> {
  entries: T[];
  note: string | null;
}

const MAX_PAGES = 1_000;

/** Reads a list to its end, each entry once, and ends whatever the provider's cursors are. */
export async function readWholeList<T extends { id: string }>(
  readPart: (cursor: string | null) => Promise<{ entries: unknown[]; next: unknown }>,
  toEntry: (entry: JsonObject) => T,
): Promise<WholeList<T>> {
  const entries = new Map<string, T>();
  const cursors = new Set<string>();
  let note: string | null = null;
  for (let cursor: string | null = null; ;) {
    const part = await readPart(cursor);
    for (const value of part.entries) {
      const entry = orError(() => toEntry(readObject(value, 'entry')));
      if (entry instanceof UpstreamError) note ??= entry.context.note ?? null;
      else if (!entries.has(entry.id)) entries.set(entry.id, entry);
    }
    const next = orError(() => readCursor(part.next, 'cursor'));
    if (next === null) return { entries: [...entries.values()], note };
    if (next instanceof UpstreamError || cursors.has(next) || cursors.size === MAX_PAGES) {
      return { entries: [...entries.values()], note: 'The cursor of the next page is wrong or was given before.' };
    }
    cursors.add(next);
    cursor = next;
  }
}

/**
 * Reads lists that belong to the entries of another list, one branch at a time: of a thousand lists only those are open that are being
 * read, and a load's cursor stays small.
 * @param from the entry to branch at; `null`: the first one
 */
export function branchAt<T extends { id: string }>(
  { entries, note }: WholeList<T>,
  from: string | null,
  positionOf: (entry: T) => string,
  positionFrom: (next: T) => string,
  groupOf: (entry: T) => { group?: string } = () => ({}),
): Branches {
  const index = from === null ? 0 : entries.indexOf(entryOf({ entries }, from));
  const [entry, next] = entries.slice(index, index + 2);
  const lists: Branches['lists'] =
    entry === undefined ? [] : [{ position: positionOf(entry), parentId: entry.id, ...groupOf(entry) }];
  if (next !== undefined) return { lists: [...lists, { position: positionFrom(next), parentId: null }] };
  return { lists, cut: note === null ? undefined : new UpstreamError('malformed', { note }) };
}

/** @throws UpstreamError `cursor-expired` where it is gone since the load began */
function entryOf<T extends { id: string }>({ entries }: Pick<WholeList<T>, 'entries'>, id: string): T {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new UpstreamError('cursor-expired', { note: `"${id}" was removed during the load.` });
  return entry;
}

function orError<T>(read: () => T): T | UpstreamError {
  try {
    return read();
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}
