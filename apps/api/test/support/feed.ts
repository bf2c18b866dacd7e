import { followSync, type CausewayClient, type Change } from '@causeway/client';
import { eventually } from './eventually.js';

/** A reader that keeps its cursor. */
export class Feed {
  private cursor: string | null = null;

  constructor(
    private readonly client: CausewayClient,
    private readonly syncId: string,
  ) {}

  async read(): Promise<Change[]> {
    const all: Change[] = [];
    const { client, syncId, cursor } = this;
    for await (const page of followSync(client, { syncId, cursor, once: true })) {
      all.push(...page.changes);
      this.cursor = page.cursor;
    }
    return all;
  }

  /** The next change of this item. */
  next(id: string, milliseconds?: number): Promise<Change> {
    return eventually(async () => {
      const found = (await this.read()).find((change) => change.id === id);
      if (found === undefined) throw new Error(`${id} is not in the feed`);
      return found;
    }, milliseconds);
  }
}
