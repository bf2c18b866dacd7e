import { followSync, type CausewayClient, type Change, type Item } from '@causeway/client';

/** Copies of a base have tables and records with the ids of the original. */
export const keyOf = ({ type, driveId, id }: Pick<Item, 'type' | 'driveId' | 'id'>): string =>
  `${type} ${driveId ?? ''} ${id}`;

/** What a reader of a feed knows: the items, and the cursor that it has kept. */
export class FeedCopy {
  readonly items = new Map<string, Item>();
  cursor: string | null = null;

  constructor(
    private readonly client: CausewayClient,
    private readonly syncId: string,
  ) {}

  /** All changes since the kept cursor. */
  async read(limit = 100): Promise<Change[]> {
    const all: Change[] = [];
    const { client, syncId, cursor } = this;
    for await (const { changes, cursor: next } of followSync(client, { syncId, cursor, limit, once: true })) {
      for (const change of changes) {
        if (change.item === null) this.items.delete(keyOf(change));
        else this.items.set(keyOf(change), change.item);
      }
      all.push(...changes);
      this.cursor = next;
    }
    return all;
  }
}
