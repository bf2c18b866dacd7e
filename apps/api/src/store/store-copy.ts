import type { Keyring } from '@causeway/crypto';
import type { Change, Ref, Store, StoredEntry } from '@causeway/store';
import { ConfigurationError } from '../configuration/configuration.js';
import { RecordTags } from './record-tags.js';
import { COPY, FORMAT, isSameRef, StoreFormat } from './store-format.js';

const MAX_NAMED_DIFFERENCES = 5;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

type StoredValue = Extract<StoredEntry, { kind: 'value' }>;

/**
 * Writes what another store has to an empty one, as it is. The check value comes last: until then no service starts on the store. A mark
 * says which copy is under way, so that the same one can be made again after it was interrupted: whatever is there is written anew.
 */
export class StoreCopy {
  private readonly tags: RecordTags;
  private readonly format: StoreFormat;
  private checkValue: string | null = null;

  /**
   * @param source names the copy: the same text for the same source
   * @param isLeftover what of a store counts as nothing, and makes way for the copy
   */
  constructor(
    private readonly target: Store,
    keyring: Keyring,
    private readonly source: string,
    private readonly isLeftover: (entry: StoredEntry) => boolean = () => false,
  ) {
    this.tags = new RecordTags(keyring);
    this.format = new StoreFormat(target, keyring);
  }

  /** @throws ConfigurationError for a store that has anything of its own */
  async begin(): Promise<{ isContinued: boolean }> {
    const stored = await this.target.get(COPY);
    const known = stored === null ? null : this.tags.read(COPY, stored);
    const isContinued = known?.state === 'authentic' && known.text === this.source;
    if (!isContinued && stored !== null)
      throw new ConfigurationError(['another copy into this store was interrupted: finish it, or empty the store']);
    if (!isContinued) await this.makeWay();
    const isBegun = await this.target.commitIfUnchanged(COPY.partition, {
      expect: [{ key: COPY.key, value: stored }],
      remove: [FORMAT.key],
      put: [{ key: COPY.key, value: this.tags.add(COPY, this.source) }],
    });
    if (!isBegun) throw new ConfigurationError(['another copy into this store began at the same moment']);
    return { isContinued };
  }

  async write(batch: readonly StoredEntry[]): Promise<void> {
    const changes = new Map<string, Required<Pick<Change, 'put' | 'addToIndex' | 'removeLogs' | 'append'>>>();
    const now = Date.now();
    for (const entry of batch) {
      if (hasExpired(entry, now)) continue;
      if (entry.kind === 'value' && isSameRef(entry.ref, FORMAT)) {
        this.checkValue = entry.value;
        continue;
      }
      const partition = entry.kind === 'value' ? entry.ref.partition : entry.partition;
      const change = changes.get(partition) ?? { put: [], addToIndex: [], removeLogs: [], append: [] };
      changes.set(partition, change);
      if (entry.kind === 'value') change.put.push({ key: entry.ref.key, value: entry.value, ttlMs: ttlOf(entry, now) });
      else if (entry.kind === 'members')
        change.addToIndex.push(...entry.members.map((member) => ({ index: entry.index, member })));
      else {
        const { log } = entry;
        if (entry.isFirst) change.removeLogs.push(log);
        const ttlMs = ttlOf(entry, now) ?? null;
        change.append.push(...entry.entries.map((text) => ({ log, entry: text, keep: NO_LIMIT, ttlMs })));
      }
    }
    await Promise.all([...changes].map(([partition, change]) => this.target.commitIfUnchanged(partition, change)));
  }

  /** @returns what of it the store does not have as it was given, by name; a value that came twice counts as it came last */
  async differences(source: AsyncIterable<readonly StoredEntry[]>): Promise<string[]> {
    const different = new Set<string>();
    const positions = new Map<string, number>();
    for await (const batch of source) {
      const values = batch.filter(
        (entry): entry is StoredValue => entry.kind === 'value' && !isSameRef(entry.ref, FORMAT),
      );
      const stored = await this.target.getMany(values.map(({ ref }) => ref));
      for (const [position, entry] of values.entries()) {
        const name = nameOf(entry.ref);
        if (stored[position] === entry.value || hasExpired(entry, Date.now())) different.delete(name);
        else different.add(name);
      }
      // One after the other: a log that comes in parts goes on where the part before it ended.
      for (const entry of batch) {
        if (entry.kind === 'members' && !(await this.hasMembers(entry)))
          different.add(`${entry.partition} ${entry.index}`);
        if (entry.kind === 'log' && !(await this.hasEntries(entry, positions)) && !hasExpired(entry, Date.now()))
          different.add(`${entry.partition} ${entry.log}`);
      }
    }
    return [...different];
  }

  /** The store can be used. @throws ConfigurationError for a check value of other keys */
  async finish(): Promise<void> {
    await this.target.commitIfUnchanged(COPY.partition, {
      remove: [COPY.key],
      put: this.checkValue === null ? [] : [{ key: FORMAT.key, value: this.checkValue }],
    });
    await this.format.makeReady();
  }

  /** A service that was started on it once leaves its check value there, and what `isLeftover` says. */
  private async makeWay(): Promise<void> {
    const leftovers: StoredEntry[] = [];
    for await (const batch of this.target.entries())
      for (const entry of batch) {
        if (entry.kind === 'value' && isSameRef(entry.ref, FORMAT)) continue;
        if (!this.isLeftover(entry))
          throw new ConfigurationError(['the store to write to is not empty: nothing was changed']);
        leftovers.push(entry);
      }
    for (const entry of leftovers) {
      if (entry.kind === 'value') await this.target.commitIfUnchanged(entry.ref.partition, { remove: [entry.ref.key] });
      else if (entry.kind === 'log') await this.target.commitIfUnchanged(entry.partition, { removeLogs: [entry.log] });
      else {
        const { partition, index, members } = entry;
        const removeFromIndex = members.map((member) => ({ index, member }));
        await this.target.commitIfUnchanged(partition, { removeFromIndex });
      }
    }
  }

  private async hasMembers(entry: Extract<StoredEntry, { kind: 'members' }>): Promise<boolean> {
    const { partition, index, members } = entry;
    // The least text that is greater than the member.
    const upTo = (member: string, limit: number) =>
      this.target.pageDescending(partition, index, { before: `${member}\0`, limit });
    const greatest = members.reduce((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)) > 0 ? one : other,
    );
    const found = new Set(await upTo(greatest, members.length));
    if (members.every((member) => found.has(member))) return true;
    // The index has others between them.
    const each = await Promise.all(members.map((member) => upTo(member, 1)));
    return each.every(([member], position) => member === members[position]);
  }

  /** @param positions the number of the next entry of each log that comes in parts */
  private async hasEntries(
    entry: Extract<StoredEntry, { kind: 'log' }>,
    positions: Map<string, number>,
  ): Promise<boolean> {
    const { partition, log, entries, isFirst } = entry;
    const name = `${partition} ${log}`;
    const from = isFirst ? 0 : (positions.get(name) ?? 0);
    const found = await this.target.logFrom(partition, log, from, entries.length);
    positions.set(name, (found.at(-1)?.number ?? 0) + 1);
    return found.length === entries.length && found.every((stored, position) => stored.entry === entries[position]);
  }
}

export function describeDifferences(names: readonly string[]): string {
  const more = names.length - MAX_NAMED_DIFFERENCES;
  return names.slice(0, MAX_NAMED_DIFFERENCES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function hasExpired(entry: StoredEntry, now: number): boolean {
  return entry.kind !== 'members' && entry.expiresAt !== null && entry.expiresAt <= now;
}

function ttlOf({ expiresAt }: { expiresAt: number | null }, now: number): number | undefined {
  return expiresAt === null ? undefined : expiresAt - now;
}

function nameOf({ partition, key }: Ref): string {
  return `${partition} ${key}`;
}
