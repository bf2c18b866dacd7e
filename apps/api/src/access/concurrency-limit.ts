import { Problem } from '@causeway/problem';

/** One of the groups that something counts for, such as its user and its organization. */
interface Group {
  /** For people: `this user`. */
  name: string;
  limit: number;
}

const RETRY_AFTER_SECONDS = 5;

/** How many of something each member of each group holds at this moment, in this process. */
export class ConcurrencyLimit<Groups extends readonly Group[]> {
  private readonly held = new Map<string, number>();

  /** @param what in the plural, for people */
  constructor(
    private readonly what: string,
    private readonly groups: Groups,
  ) {}

  /**
   * Counts one more for all groups or, if one of them has no room, for none.
   * @param members those of each group; `null`: it counts for nobody of that group
   * @returns what gives it back; further calls of it do nothing
   * @throws Problem `too-many-requests`
   */
  acquire(members: { [Index in keyof Groups]: string | readonly string[] | null }): () => void {
    const counted = this.groups.flatMap((group, index) =>
      [...new Set([members[index] ?? []].flat())].map((member) => ({ group, key: `${index} ${member}` })),
    );
    const full = counted.find(({ group, key }) => (this.held.get(key) ?? 0) >= group.limit)?.group;
    if (full !== undefined) {
      const detail = `${full.limit} ${this.what} of ${full.name} are open, which is the most at a time. Let one of them end, then retry.`;
      throw new Problem('too-many-requests', detail, { retryAfter: RETRY_AFTER_SECONDS });
    }
    for (const { key } of counted) this.held.set(key, (this.held.get(key) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      for (const { key } of counted) this.release(key);
    };
  }

  private release(key: string): void {
    const left = (this.held.get(key) ?? 1) - 1;
    if (left > 0) this.held.set(key, left);
    else this.held.delete(key);
  }
}
