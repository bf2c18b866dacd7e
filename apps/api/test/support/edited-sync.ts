import { CausewayError, unwrap, type CausewayClient, type Item, type Sync } from '@causeway/client';
import type { MockProviders } from '@causeway/testing';
import { connect } from './connect.js';
import { EditedAccount, type ItemWish } from './edited-account.js';
import { FeedCopy, keyOf } from './feed-copy.js';
import type { IntegrationId } from './integration-ids.js';
import { AFRESH } from './load.js';
import { someone, type User } from './users.js';

type ItemPage = { items: Item[]; nextCursor: string | null; incomplete?: object[] };

const PERSIST_MS = 60_000;
const RUN_MS = 120_000;
const PAUSE_MS = 50;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Until the service is there again. What it refuses is an error at once. */
export async function persistently<T>(request: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PERSIST_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const status = error instanceof CausewayError ? error.problem.status : undefined;
      const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 429;
      if (isRefused || performance.now() > deadline) throw error;
      await pause();
    }
  }
}

/** A sync of an account that is edited, what is known to be true of the account, and readers of the feed. */
export class EditedSync {
  /** Everything that was ever listed. */
  private readonly known = new Map<string, Item>();
  /** What was gone at some time. */
  private readonly everGone = new Set<string>();
  private readonly titles = new Map<string, string>();
  private readonly readers: FeedCopy[];
  private listed = new Map<string, Item>();
  private edits = 0;

  private constructor(
    private readonly client: CausewayClient,
    readonly account: EditedAccount,
    private readonly user: User,
    private readonly connectionId: string,
    readonly id: string,
  ) {
    this.readers = [0, 1, 2].map(() => new FeedCopy(client, id));
  }

  static async create(
    client: CausewayClient,
    mockProviders: MockProviders,
    integration: IntegrationId,
  ): Promise<EditedSync> {
    const account = await EditedAccount.create(mockProviders, integration);
    const user = someone();
    const { id: connectionId } = await persistently(() => connect(client, integration, user, { account: account.id }));
    const body = { connectionId, types: account.types };
    const { id } = await persistently(async () => unwrap(client.POST('/syncs', { body })));
    const made = new EditedSync(client, account, user, connectionId, id);
    await made.look();
    return made;
  }

  private get path() {
    return { params: { path: { id: this.id } } };
  }

  /** By a number that picks one, of those that are listed now. */
  private pick(number: number): Item | null {
    const items = [...this.listed.values()];
    return items[number % Math.max(1, items.length)] ?? null;
  }

  async create(number: number, to: number): Promise<void> {
    const { types } = this.account;
    const type = types[number % types.length] ?? '';
    const parent = this.pick(to);
    const where = parent === null ? null : this.parentFor(type, parent);
    const title = this.newTitle();
    const id = await this.account.edit(type, null, { title, ...(where !== null && { parent: where }) });
    await this.look();
    const created = [...this.listed.values()].find((item) => item.type === type && item.id === id);
    if (created !== undefined) this.titles.set(keyOf(created), title);
  }

  async edit(number: number): Promise<void> {
    const item = this.pick(number);
    if (item === null) return;
    const title = this.newTitle();
    const id = await this.account.edit(item.type, item, { title });
    if (id !== null) this.titles.set(keyOf(item), title);
    await this.look();
  }

  async move(number: number, to: number): Promise<void> {
    const [item, parent] = [this.pick(number), this.pick(to)];
    if (item?.type !== 'page' || parent === null || this.account.rules.moves !== true) return;
    await this.change(item, { parent: to % 4 === 0 ? 'workspace' : parent.id });
  }

  async trash(number: number): Promise<void> {
    const item = this.pick(number);
    if (item !== null && this.account.rules.trashes) await this.change(item, { archived: true });
  }

  async restore(number: number): Promise<void> {
    const hidden = [...this.known.values()].filter((item) => this.listed.get(keyOf(item))?.visibility !== true);
    const item = hidden[number % Math.max(1, hidden.length)];
    if (item !== undefined && this.account.rules.trashes) await this.change(item, { archived: false });
  }

  async delete(number: number): Promise<void> {
    const item = this.pick(number);
    if (item !== null) await this.change(item, { deleted: true });
  }

  async resize(sizes: Record<string, number>): Promise<void> {
    await this.account.resize(sizes);
    await this.look();
  }

  /** The grant goes, a run learns it, and the user connects again. */
  async revoke(): Promise<void> {
    await this.account.revoke();
    await this.run(true, true);
    const { integration, id: account } = this.account;
    const { user, client, connectionId } = this;
    await persistently(() => connect(client, integration, user, { account, connectionId }));
    await this.look();
  }

  async run(full: boolean, wait: boolean): Promise<void> {
    const { lastRun: before } = await this.read();
    await this.ask(full);
    if (!wait) return;
    const deadline = performance.now() + RUN_MS;
    for (let run = before; performance.now() < deadline; { lastRun: run } = await this.read()) {
      const isAnother = before?.outcome === 'running' || run?.id !== before?.id;
      if (run !== null && run.outcome !== 'running' && isAnother) return;
      await pause();
    }
    throw new Error(`no run ended after ${JSON.stringify(before)}`);
  }

  /** A full pass that begins now, and is complete. */
  async complete(): Promise<void> {
    const began = Date.now();
    const deadline = performance.now() + RUN_MS;
    await this.ask(true);
    for (let asked = performance.now(); ;) {
      await pause();
      const { lastRun } = await this.read();
      const isSince = lastRun !== null && Date.parse(lastRun.startedAt) >= began;
      if (isSince && lastRun.kind === 'full' && lastRun.outcome === 'complete') return;
      if (performance.now() > deadline) throw new Error(`no complete full pass: ${JSON.stringify(lastRun)}`);
      if (lastRun?.outcome === 'running' || performance.now() - asked < 1_000) continue;
      asked = performance.now();
      await this.ask(true);
    }
  }

  /** What the reader gets is true: of each delete, the evidence too. */
  async readFeed(number: number, limit: number): Promise<void> {
    const reader = this.readers[number % this.readers.length];
    if (reader !== undefined) await this.readWith(reader, limit);
  }

  /** From an empty cursor and from every kept one, the feed leads to what the provider has. */
  async check(): Promise<void> {
    await this.look();
    const fresh = new FeedCopy(this.client, this.id);
    for (const reader of [fresh, ...this.readers]) await this.readWith(reader, 100);
    for (const reader of this.readers) expect(sorted(reader.items)).toEqual(sorted(fresh.items));
    expect((await this.read()).items).toBe(fresh.items.size);
    for (const [key, item] of this.known) {
      const listed = this.listed.get(key);
      const kept = fresh.items.get(key);
      if (listed !== undefined) expect([key, kept]).toEqual([key, listed]);
      else await this.checkUnlisted(item, kept);
    }
    for (const key of fresh.items.keys()) expect(this.known.keys()).toContain(key);
    for (const [key, title] of this.titles)
      if (this.listed.has(key))
        expect([key, fresh.items.get(key)?.name]).toEqual([key, expect.stringContaining(title)]);
  }

  async remove(): Promise<void> {
    await persistently(async () => this.client.DELETE('/syncs/{id}', this.path));
  }

  private async checkUnlisted(item: Item, kept: Item | undefined): Promise<void> {
    const presence = await this.account.presence(item);
    if (presence === 'gone') expect([keyOf(item), kept]).toEqual([keyOf(item), undefined]);
    // A sync need not have found what no list had any more; a delete of what is there was refused by `readWith`.
    else if (kept !== undefined) expect([keyOf(item), kept.visibility]).toEqual([keyOf(item), presence === 'there']);
  }

  private async readWith(reader: FeedCopy, limit: number): Promise<void> {
    const before = new Map(reader.items);
    for (const change of await persistently(() => reader.read(limit))) {
      const { op, type, evidence, item } = change;
      expect(this.account.types).toContain(type);
      expect([op, item === null]).toEqual(op === 'delete' ? ['delete', true] : ['upsert', false]);
      if (op === 'upsert') continue;
      expect(this.account.rules.evidence[type]).toContain(evidence);
      const key = keyOf(change);
      if (this.everGone.has(key)) continue;
      const deleted = before.get(key) ?? this.known.get(key);
      expect([key, deleted === undefined ? 'never listed' : await this.account.presence(deleted)]).toEqual([
        key,
        'gone',
      ]);
    }
  }

  private async change(item: Item, wish: ItemWish): Promise<void> {
    await this.account.edit(item.type, item, wish);
    await this.look();
  }

  /** Lists what the provider has now, and asks for what was there before. */
  private async look(): Promise<void> {
    this.listed = await persistently(() => this.list());
    for (const [key, item] of this.listed) this.known.set(key, item);
    for (const [key, item] of this.known)
      if (!this.listed.has(key) && (await this.account.presence(item)) === 'gone') this.everGone.add(key);
  }

  /** Page by page, past what the service remembers of the account. */
  private async list(): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    const { types, rules } = this.account;
    const path = { id: this.connectionId };
    const wish = { types, limit: 1_000, ...(rules.listsArchived === true && { archived: true }) };
    for (let cursor: string | null = null; ;) {
      const query = cursor === null ? wish : { ...wish, cursor };
      const request = this.client.GET('/connections/{id}/items', { params: { path, query }, headers: AFRESH });
      const page: ItemPage = await unwrap(request);
      if (page.incomplete !== undefined) throw new Error(`not complete: ${JSON.stringify(page.incomplete)}`);
      for (const item of page.items) items.set(keyOf(item), item);
      if (page.nextCursor === null) return items;
      ({ nextCursor: cursor } = page);
    }
  }

  private parentFor(type: string, { type: parentType, id, driveId }: Item): string | null {
    if (type === 'page') return id;
    if (type === 'table') return driveId ?? id;
    if (type === 'record') return parentType === 'table' ? `${driveId}/${id}` : null;
    return null;
  }

  private newTitle = (): string => `edit-${(this.edits += 1)}-of-${this.account.id.slice(-4)}`;

  private ask(full: boolean): Promise<Sync> {
    return persistently(async () => unwrap(this.client.POST('/syncs/{id}/run', { ...this.path, body: { full } })));
  }

  private read(): Promise<Sync> {
    return persistently(async () => unwrap(this.client.GET('/syncs/{id}', this.path)));
  }
}

const sorted = (items: ReadonlyMap<string, Item>) => [...items].sort(([one], [other]) => (one < other ? -1 : 1));
