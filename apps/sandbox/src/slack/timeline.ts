import type { AccountData } from '../core/account.js';
import { type EditList, FIRST_CREATED } from '../core/edits.js';
import { firstBelow, mergedSlice, type Receding } from '../data/merge.js';
import type { Conversation } from './conversations.js';
import { repliesOf, sentAt } from './messages.js';

/** How many messages come before this time, in microseconds. */
export const newerThan = (lists: readonly Receding<number>[], time: number): number =>
  lists.reduce((sum, list) => sum + firstBelow(list, time, true), 0);

/** The messages of a conversation: created ones and computed ones, each newest first, as indexes. */
export class Timeline {
  readonly key: string;
  readonly edits: EditList;
  private readonly lists: readonly Receding<number>[];

  constructor(
    private readonly data: AccountData,
    { index, messages }: Conversation,
  ) {
    this.key = `${data.seed}/messages/${index}`;
    this.edits = data.edits.list(this.key);
    const { created } = this.edits;
    const visible = Math.max(0, messages - (data.sizes['hiddenMessages'] ?? 0));
    this.lists = [
      this.list(created, (position) => FIRST_CREATED + created - 1 - position),
      this.list(visible, (position) => position),
    ];
  }

  /** Those between two times, which are excluded unless `inclusive`. */
  between(oldest: number | undefined, latest: number | undefined, inclusive: boolean): Receding<number>[] {
    return this.lists.map((list) => {
      const low = latest === undefined ? 0 : firstBelow(list, latest, inclusive);
      const high = oldest === undefined ? list.length : firstBelow(list, oldest, !inclusive);
      return this.list(Math.max(0, high - low), (position) => list.item(low + position));
    });
  }

  /** Index of the message that was sent at this time. */
  find(time: number | undefined): number | undefined {
    const [index] = time === undefined ? [] : mergedSlice(this.between(time, time, true), 0, 1);
    return index !== undefined && this.isShown(index) ? index : undefined;
  }

  /** A deleted message stays, without its text, for the sake of its replies. */
  isShown = (index: number): boolean => this.edits.of(index)?.deleted !== true || repliesOf(index) > 0;

  private list(length: number, item: (position: number) => number): Receding<number> {
    return { length, item, time: (position) => sentAt(this.data, this.key, item(position)) };
  }
}
