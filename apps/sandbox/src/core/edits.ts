/** What requests have changed in one computed item. */
export interface Edit {
  properties: Record<string, string | null>;
  modified: number;
  archived: boolean;
  /** Gone for good: no request finds it. */
  deleted: boolean;
  /** Of an item that is new since the start. */
  created?: number;
  /** Ids of associated items, by their type. */
  associated: Record<string, string[]>;
}

/** The changes of one account. The items themselves are computed, so only what differs is kept. */
export class Edits {
  private readonly edits = new Map<string, Edit>();

  get isEmpty(): boolean {
    return this.edits.size === 0;
  }

  of(type: string, id: number | string): Edit | undefined {
    return this.edits.get(`${type}/${id}`);
  }

  change(type: string, id: number | string, change: Partial<Edit> & Pick<Edit, 'modified'>): void {
    const before = this.of(type, id) ?? { properties: {}, archived: false, deleted: false, associated: {} };
    const properties = { ...before.properties, ...change.properties };
    const associated = { ...before.associated, ...change.associated };
    this.edits.set(`${type}/${id}`, { ...before, ...change, properties, associated });
  }
}
