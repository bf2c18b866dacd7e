import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '@causeway/problem';
import { startPostgres, type PostgresServer } from '@causeway/testing';
import {
  openRecordStore,
  type BlockSeal,
  type Collection,
  type NewCollection,
  type RecordChanges,
  type RecordStore,
} from '../../src/index.js';

export const LEASE_MS = 60_000;

export const KINDS = ['embedded', 'postgres'] as const;
export type Kind = (typeof KINDS)[number];

export interface Lease {
  id: string;
  owner: string;
}

/** The suite of the tests of a file. */
export function startedSuite(): () => RecordStoreSuite {
  let suite: RecordStoreSuite;
  beforeAll(async () => {
    suite = await RecordStoreSuite.start();
  }, 60_000);
  afterAll(() => suite?.stop());
  afterEach(() => suite.removeAll());
  return () => suite;
}

/** A store of each kind, with servers of its own. */
class RecordStoreSuite {
  readonly reports: string[] = [];
  readonly report = (message: string) => void this.reports.push(message);
  private readonly stores = new Map<Kind, RecordStore>();

  private constructor(
    readonly postgres: PostgresServer,
    readonly databaseUrl: string,
    readonly directory: string,
  ) {}

  static async start(): Promise<RecordStoreSuite> {
    const [postgres, directory] = await Promise.all([startPostgres(), mkdtemp(join(tmpdir(), 'causeway-records-'))]);
    const suite = new RecordStoreSuite(postgres, (await postgres.database()).url, directory);
    for (const kind of KINDS) await suite.reopen(kind);
    return suite;
  }

  store(kind: Kind): RecordStore {
    const store = this.stores.get(kind);
    if (store === undefined) throw new Error(`${kind} is not open`);
    return store;
  }

  /** @param between while none is open */
  async reopen(kind: Kind, between: () => Promise<void> = async () => {}): Promise<void> {
    await this.stores.get(kind)?.close();
    await between();
    this.stores.set(kind, await this.opened(kind));
  }

  opened(kind: Kind): Promise<RecordStore> {
    const { directory, databaseUrl: url, report } = this;
    return kind === 'embedded' ? openRecordStore({ kind, directory, report }) : openRecordStore({ kind, url, report });
  }

  async removeAll(): Promise<void> {
    for (const store of this.stores.values())
      for (const { id } of await store.list({}, 1_000, null)) await store.remove(id);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.stores.values()].map((store) => store.close()));
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** What tests of one kind of store do again and again. */
export function fixturesOf(suite: () => RecordStoreSuite, kind: Kind) {
  const store = () => suite().store(kind);

  const found = async (id: string): Promise<Collection> => {
    const collection = await store().find(id);
    if (collection === null) throw new Error(`${id} is gone`);
    return collection;
  };

  /** A collection under a lease of its own; nothing else has to run. */
  const running = async (given: Partial<NewCollection> = {}): Promise<Lease> => {
    const collection = newCollection(given);
    await store().create(collection);
    await store().request(collection.id, 'full', { afterRunning: false });
    const owner = randomUUID();
    expect((await store().claim(owner, LEASE_MS, Date.now()))?.id).toBe(collection.id);
    return { id: collection.id, owner };
  };

  const finish = async ({ id, owner }: Lease) => {
    const run = { number: 1, value: 'run', keep: 3 };
    expect(await store().end(id, owner, { state: 'ended', run, nextRunAt: null })).toBe(true);
  };

  return { store, found, running, finish };
}

export function newCollection(given: Partial<NewCollection> = {}): NewCollection {
  const id = `syn_${randomUUID()}`;
  const owner = { orgId: `org-${id}`, userId: 'ann', connectionId: `con-${id}` };
  return { id, name: id, ...owner, settings: 'settings', createdAt: Date.now(), nextRunAt: null, ...given };
}

export function page(items: Record<string, string>, more: Partial<RecordChanges> = {}): RecordChanges {
  return {
    upserts: Object.entries(items).map(([key, hash]) => ({
      key,
      type: key[0] ?? '',
      hash,
      value: () => `${key}=${hash}`,
    })),
    deletes: [],
    seal,
    seen: false,
    progress: { state: () => 'state', run: { number: 1, value: () => 'run', keep: 3 } },
    now: Date.now(),
    ...more,
  };
}

export const values = (records: { value: string }[]) => records.map(({ value }) => value);

/** Says where it belongs, as a sealed block does. */
export function sealOf(key: string): BlockSeal {
  const tryOpen = (sealed: Uint8Array, name: string) => {
    const [, of, ...values] = Buffer.from(sealed).toString().split('|');
    return of === name ? values.join('|') : null;
  };
  const seal = (values: string, name: string) => Buffer.from(`${key}|${name}|${values}`);
  return {
    seal,
    tryOpen,
    open: (sealed, name) => {
      const values = tryOpen(sealed, name);
      if (values === null) throw new Problem('store-unavailable', `Not of ${name}.`);
      return values;
    },
    renewed: (sealed, name) => {
      const values = Buffer.from(sealed).toString().startsWith(`${key}|`) ? null : tryOpen(sealed, name);
      return values === null ? null : seal(values, name);
    },
  };
}
export const seal = sealOf('k1');
