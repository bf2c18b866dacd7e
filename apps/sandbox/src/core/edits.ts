/** What was changed in one item. The items themselves are computed, so only what differs is kept. */
export interface Edit {
  modified: number;
  /** Of an item that is new since the start. */
  created?: number;
  title?: string;
  /** HubSpot's properties. */
  properties: Record<string, string | null>;
  /** Id of the parent that it was moved to, or created in. */
  parent?: string;
  /** Archived, trashed or deactivated, whatever the provider calls it; undefined: as computed. */
  archived?: boolean;
  /** Gone for good: no request finds it. */
  deleted: boolean;
  /** Ids of associated items, by their type. */
  associated: Record<string, string[]>;
}

export type EditChange = Partial<Edit> & Pick<Edit, 'modified'>;

/** Created items have indexes from here on, so that a list which is resized does not collide with them. */
export const FIRST_CREATED = 2 ** 30;

/** The changes of one list: items that are computed from an index below the size of the list, and created ones. */
export class EditList {
  private readonly edits = new Map<number, Edit>();
  /** How many items were created. */
  created = 0;

  get isEmpty(): boolean {
    return this.edits.size === 0;
  }

  of = (index: number): Edit | undefined => this.edits.get(index);

  change(index: number, change: EditChange): void {
    const before = this.of(index) ?? { properties: {}, deleted: false, associated: {} };
    const properties = { ...before.properties, ...change.properties };
    const associated = { ...before.associated, ...change.associated };
    this.edits.set(index, { ...before, ...change, properties, associated });
  }

  create(change: EditChange): number {
    const index = FIRST_CREATED + this.created++;
    this.change(index, { created: change.modified, ...change });
    return index;
  }

  /** Whether an item was ever here; `computed` is the size of the list without the created ones. */
  knows = (index: number, computed: number): boolean =>
    index < computed || (index >= FIRST_CREATED && index < FIRST_CREATED + this.created);

  has = (index: number, computed: number): boolean => this.knows(index, computed) && this.of(index)?.deleted !== true;

  /** The created items follow the computed ones. Deleted items keep their positions. */
  indexAt = (position: number, computed: number): number =>
    position < computed ? position : FIRST_CREATED + position - computed;

  positionOf = (index: number, computed: number): number =>
    index < FIRST_CREATED ? index : computed + index - FIRST_CREATED;

  /** Edited indexes in ascending order. */
  indexes(wanted: (edit: Edit, index: number) => boolean): number[] {
    return [...this.edits].flatMap(([index, edit]) => (wanted(edit, index) ? [index] : [])).sort((a, b) => a - b);
  }
}

/** The changes of one account. */
export class Edits {
  private readonly lists = new Map<string, EditList>();

  list(name: string): EditList {
    const list = this.lists.get(name) ?? new EditList();
    this.lists.set(name, list);
    return list;
  }

  /** Names of the lists in which something was edited. */
  names = (): string[] => [...this.lists].flatMap(([name, list]) => (list.isEmpty ? [] : [name]));
}
