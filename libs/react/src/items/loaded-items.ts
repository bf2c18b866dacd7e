import type { Item } from '@causeway/client';
import { isBlank, propertyText } from './property-value.js';

/** The items that were loaded, each once, in the order in which they arrived: the index of a row never changes. */
export class LoadedItems {
  readonly rows: Item[] = [];
  /** What a search looks in, for each row, in lower case. */
  readonly searchTexts: string[] = [];
  readonly countsByType = new Map<string, number>();
  /** By type and name: how many items have the property. */
  readonly properties = new Map<string, Map<string, number>>();
  /** By type: how many items may have contents to load. */
  readonly directories = new Map<string, number>();
  /** How many items have a link to the provider. */
  links = 0;
  /** Incremented when an existing row changes. */
  revision = 0;
  private readonly byKey = new Map<string, number>();
  private readonly byPlace = new Map<string, number>();
  private readonly childCounts = new Map<string, number>();

  put(item: Item): 'new' | 'changed' | 'same' {
    const key = keyOf(item);
    const index = this.byKey.get(key);
    if (index === undefined) {
      this.byKey.set(key, this.rows.length);
      this.byPlace.set(placeOf(item), this.rows.length);
      this.count(item, 1);
      this.searchTexts.push(searchTextOf(item));
      this.rows.push(item);
      return 'new';
    }
    const previous = this.rows[index];
    if (previous === undefined || JSON.stringify(previous) === JSON.stringify(item)) return 'same';
    this.count(previous, -1);
    this.count(item, 1);
    this.rows[index] = item;
    this.searchTexts[index] = searchTextOf(item);
    this.revision += 1;
    return 'changed';
  }

  clear(): void {
    this.rows.length = 0;
    this.searchTexts.length = 0;
    const { countsByType, properties, directories, byKey, byPlace, childCounts } = this;
    for (const map of [countsByType, properties, directories, byKey, byPlace, childCounts]) map.clear();
    this.links = 0;
    this.revision += 1;
  }

  childCount = (item: Item): number => this.childCounts.get(placeOf(item)) ?? 0;

  /** @param key out of `keyOf`: items of different types, or in different containers, may have the same id */
  get = (key: string): Item | undefined => this.rows[this.byKey.get(key) ?? -1];

  /** @param place out of `placeOf` or `parentPlaceOf`: a parent is named without its type */
  find = (place: string | null): Item | undefined => this.rows[this.byPlace.get(place ?? '') ?? -1];

  /** The loaded ancestors of an item, outermost first. */
  pathTo(item: Item): Item[] {
    const path: Item[] = [];
    let parent = this.find(parentPlaceOf(item));
    // Ends also where a provider's parents form a cycle.
    while (parent !== undefined && parent !== item && !path.includes(parent)) {
      path.unshift(parent);
      parent = this.find(parentPlaceOf(parent));
    }
    return path;
  }

  private count(item: Item, by: 1 | -1): void {
    const { type, properties } = item;
    const parent = parentPlaceOf(item);
    add(this.countsByType, type, by);
    if (parent !== null) add(this.childCounts, parent, by);
    if (item.directory) add(this.directories, type, by);
    if (hasLink(item)) this.links += by;
    const ofType = this.properties.get(type) ?? new Map<string, number>();
    this.properties.set(type, ofType);
    for (const name in properties) if (!isBlank(properties[name])) add(ofType, name, by);
  }
}

type Identity = Pick<Item, 'type' | 'driveId' | 'id'>;

export const keyOf = (item: Identity): string => `${item.type} ${placeOf(item)}`;

/** The id, within the container in which it is unique; as `parent` of a load takes it. */
export const placeOf = ({ driveId, id }: Pick<Item, 'driveId' | 'id'>): string =>
  driveId === null ? id : `${driveId}/${id}`;

/** The place of the item that it is in; `null`: the account. */
export const parentPlaceOf = ({ driveId, parentId }: Pick<Item, 'driveId' | 'parentId'>): string | null =>
  parentId === null || parentId === driveId ? parentId : placeOf({ driveId, id: parentId });

/** A browser follows no other addresses. */
export const hasLink = ({ url }: Item): boolean => url !== null && /^https?:/.test(url);

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function searchTextOf({ id, name, parentPathOrName, properties }: Item): string {
  let text = `${name ?? ''}\n${parentPathOrName ?? ''}\n${id}`;
  for (const key in properties) {
    const value = properties[key];
    if (!isBlank(value)) text += `\n${typeof value === 'string' ? value : propertyText(value)}`;
  }
  return text.toLowerCase();
}
