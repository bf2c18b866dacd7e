import type { Item } from '@causeway/client';
import { propertyText } from '../property-value.js';

/** All that was loaded, each item once, in the order of its first coming: a row keeps its number. */
export class LoadedItems {
  readonly rows: Item[] = [];
  /** Of each row, in small letters, all that a search looks in. */
  readonly searchTexts: string[] = [];
  readonly countsByType = new Map<string, number>();
  /** By type, its properties and how many items have them. */
  readonly properties = new Map<string, Map<string, number>>();
  /** Grows when a row is not what it was. */
  revision = 0;
  private readonly byKey = new Map<string, number>();
  private readonly byId = new Map<string, number>();
  private readonly childCounts = new Map<string, number>();

  /** @returns whether there was such an item, and it is another now */
  put(item: Item): 'new' | 'changed' | 'same' {
    const key = keyOf(item);
    const known = this.byKey.get(key);
    if (known === undefined) {
      this.byKey.set(key, this.rows.length);
      this.byId.set(item.id, this.rows.length);
      this.count(item, 1);
      this.searchTexts.push(searchTextOf(item));
      this.rows.push(item);
      return 'new';
    }
    const before = this.rows[known];
    if (before === undefined || JSON.stringify(before) === JSON.stringify(item)) return 'same';
    this.count(before, -1);
    this.count(item, 1);
    this.rows[known] = item;
    this.searchTexts[known] = searchTextOf(item);
    this.revision += 1;
    return 'changed';
  }

  clear(): void {
    this.rows.length = 0;
    this.searchTexts.length = 0;
    for (const map of [this.countsByType, this.properties, this.byKey, this.byId, this.childCounts]) map.clear();
    this.revision += 1;
  }

  childrenOf = (id: string): number => this.childCounts.get(id) ?? 0;

  /** By `keyOf`: ids of two types may be the same. */
  get = (key: string): Item | undefined => this.rows[this.byKey.get(key) ?? -1];

  /** What others call their parent, which says no type. */
  find = (id: string): Item | undefined => this.rows[this.byId.get(id) ?? -1];

  /** What an item is in, outermost first, as far as that is loaded too; without the item itself. */
  pathTo(item: Item): Item[] {
    const path: Item[] = [];
    let above = item.parentId === null ? undefined : this.find(item.parentId);
    // A provider may answer nonsense: nothing is its own ancestor.
    while (above !== undefined && above !== item && !path.includes(above)) {
      path.unshift(above);
      above = above.parentId === null ? undefined : this.find(above.parentId);
    }
    return path;
  }

  private count({ type, parentId, properties }: Item, by: 1 | -1): void {
    add(this.countsByType, type, by);
    if (parentId !== null) add(this.childCounts, parentId, by);
    const ofType = this.properties.get(type) ?? new Map<string, number>();
    this.properties.set(type, ofType);
    for (const name in properties) if (!isNothing(properties[name])) add(ofType, name, by);
  }
}

export const keyOf = ({ type, id }: Pick<Item, 'type' | 'id'>): string => `${type} ${id}`;

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function searchTextOf({ id, name, parentPathOrName, properties }: Item): string {
  let text = `${name ?? ''}\n${parentPathOrName ?? ''}\n${id}`;
  for (const key in properties) {
    const value = properties[key];
    if (!isNothing(value)) text += `\n${typeof value === 'string' ? value : propertyText(value)}`;
  }
  return text.toLowerCase();
}
