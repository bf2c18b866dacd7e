import { KeyFilters } from '../key-filter.js';
import { knownIn, LookAhead } from '../look-ahead.js';
import { planChanges, type KnownRecord } from '../plan-changes.js';
import type {
  AppliedChanges,
  Collection,
  RecordChanges,
  RecordStore,
  RecordStoreObserver,
  RunEnd,
  RunKind,
  StoredRun,
} from '../record-store.js';
import { ServedOrganizations } from '../served-organizations.js';
import { SeenNumbers } from '../seen-numbers.js';
import { Database, type Query } from './database.js';
import { PostgresCollections } from './postgres-collections.js';
import { COLLECTION, collectionOf } from './rows.js';
import { blocksAfter, INDEXED, writeRecords } from './write-blocks.js';

const DEFAULT_POOL = 10;

/** The lease is `$2`'s, by the clock of the database, which all processes share. */
const OWNED = 'id = $1 and lease_owner = $2 and lease_until > clock_timestamp()';

export function openPostgresRecordStore({
  url,
  poolSize = DEFAULT_POOL,
  report,
}: { url: string; poolSize?: number } & RecordStoreObserver): Promise<RecordStore> {
  const database = new Database(url, poolSize, { report });
  // While PostgreSQL is away, the next request tries again.
  return database.ready().then(
    () => new PostgresRecordStore(database),
    () => new PostgresRecordStore(database),
  );
}

class PostgresRecordStore extends PostgresCollections implements RecordStore {
  readonly kind = 'postgres';
  private readonly served = new ServedOrganizations();
  private readonly lookAhead = new LookAhead();
  private readonly keyFilters = new KeyFilters();

  async request(id: string, kind: RunKind, { afterRunning }: { afterRunning: boolean }): Promise<boolean> {
    const updated = await this.database.query(
      `update causeway_collections set
         requested = case
           when running then case when $2 = 'full' and $3 and claimed is distinct from 'full' then 'full' else requested end
           when requested = 'full' or $2 = 'full' then 'full'
           else 'changes' end,
         requested_at = coalesce(requested_at, $4)
       where id = $1 returning id`,
      [id, kind, afterRunning, Date.now()],
    );
    return updated.length > 0;
  }

  claim(owner: string, leaseMs: number, now: number): Promise<Collection | null> {
    return this.database.transaction(async (query) => {
      const [row] = await query(
        `with busy as (
           select org_id, count(*) as leases from causeway_collections
           where lease_until > clock_timestamp() group by org_id),
         served as (
           select org_id, turn from unnest($2::text[]) with ordinality as served (org_id, turn))
         select ${COLLECTION}, claimed from causeway_collections as c
           left join busy using (org_id) left join served using (org_id)
         where (lease_until is null or lease_until <= clock_timestamp())
           and (requested is not null or running or next_run_at <= $1)
         order by coalesce(leases, 0), coalesce(turn, 0),
           case when running then 0 when requested is not null then requested_at else next_run_at end
         limit 1 for update of c skip locked`,
        [now, this.served.all()],
      );
      if (row === undefined) return null;
      await query(
        `update causeway_collections set running = true, claimed = coalesce(requested, case when running then claimed end),
           requested = case when running then requested end, requested_at = case when running then requested_at end,
           lease_owner = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         where id = $1`,
        [row['id'], owner, leaseMs],
      );
      const collection = collectionOf(row);
      const { running, requested, orgId } = collection;
      this.served.add(orgId);
      return { ...collection, requested: running ? (row['claimed'] as RunKind | null) : requested, running: true };
    });
  }

  async acquire(id: string, owner: string, leaseMs: number): Promise<Collection | null> {
    const [row] = await this.database.query(
      `update causeway_collections set lease_owner = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       where id = $1 and not running and (lease_until is null or lease_until <= clock_timestamp())
       returning ${COLLECTION}`,
      [id, owner, leaseMs],
    );
    return row === undefined ? null : collectionOf(row);
  }

  async extend(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const extended = await this.database.query(
      `update causeway_collections set lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       where ${OWNED} returning id`,
      [id, owner, leaseMs],
    );
    return extended.length > 0;
  }

  async release(id: string, owner: string): Promise<void> {
    this.forgetRun(id);
    await this.database.query(
      'update causeway_collections set lease_owner = null, lease_until = null where id = $1 and lease_owner = $2',
      [id, owner],
    );
  }

  apply(id: string, owner: string, changes: RecordChanges): Promise<AppliedChanges | null> {
    return this.database.transaction(async (query) => {
      const [row] = await query(`select sequence from causeway_collections where ${OWNED} for update`, [id, owner]);
      if (row === undefined) return this.forgetRun(id);
      const sequence = Number(row['sequence']);
      const plan = planChanges(changes, await this.known(query, id, changes, sequence), sequence);
      this.keyFilters.note(id, sequence, plan);
      await writeRecords(query, id, plan.records, changes);
      if (changes.forgetSeen) await query('delete from causeway_seen where collection = $1', [id]);
      if (changes.seen && plan.seen.length > 0) {
        const packed = SeenNumbers.pack(plan.seen);
        await query('insert into causeway_seen (collection, numbers) values ($1, $2)', [id, packed]);
      }
      const { applied } = plan;
      const { progress } = changes;
      if (progress !== undefined) await writeRun(query, id, { ...progress.run, value: progress.run.value(applied) });
      await query(
        `update causeway_collections set state = coalesce($2, state), size = size + $3, sequence = $4 where id = $1`,
        [id, progress?.state(applied) ?? null, plan.sizeBy, plan.sequence],
      );
      return applied;
    });
  }

  end(id: string, owner: string, { state, run, nextRunAt }: RunEnd): Promise<boolean> {
    return this.database.transaction(async (query) => {
      const ended = await query(
        `update causeway_collections set state = $3, next_run_at = $4, running = false, claimed = null,
           requested_at = case when requested is not null then requested_at end,
           lease_owner = null, lease_until = null
         where ${OWNED} returning id`,
        [id, owner, state, nextRunAt],
      );
      this.forgetRun(id);
      if (ended.length === 0) return false;
      await writeRun(query, id, run);
      return true;
    });
  }

  async runs(id: string, limit: number, before: number | null): Promise<{ number: number; value: string }[]> {
    const rows = await this.database.query(
      `select number, value from causeway_runs where collection = $1 and ($3::integer is null or number < $3)
       order by number desc limit $2`,
      [id, limit, before],
    );
    return rows.map((row) => ({ number: Number(row['number']), value: String(row['value']) }));
  }

  private forgetRun(id: string): null {
    this.lookAhead.forget(id);
    this.keyFilters.forget(id);
    return null;
  }

  private async known(
    query: Query,
    id: string,
    changes: RecordChanges,
    sequence: number,
  ): Promise<Map<string, KnownRecord>> {
    const ahead = this.lookAhead.blocks(id, changes);
    const known = knownIn(ahead === null ? [] : await blocksAfter(query, id, ahead.after, ahead.limit));
    const others = [...changes.upserts, ...changes.deletes].filter(
      ({ key }) => !known.has(key) && this.keyFilters.mayHave(id, sequence, key),
    );
    for (const row of others.length === 0 ? [] : await query(INDEXED, [id, others.map(({ key }) => key)])) {
      const record = {
        hash: String(row['hash']),
        isDeleted: row['is_deleted'] === true,
        sequence: Number(row['sequence']),
      };
      known.set(String(row['key']), record);
    }
    this.lookAhead.note(id, changes, known);
    return known;
  }

  async ping(): Promise<void> {
    await this.database.query('select 1');
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

async function writeRun(query: Query, id: string, { number, value, keep }: StoredRun<string>): Promise<void> {
  await query(
    `insert into causeway_runs (collection, number, value) values ($1, $2, $3)
     on conflict (collection, number) do update set value = excluded.value`,
    [id, number, value],
  );
  await query('delete from causeway_runs where collection = $1 and number <= $2', [id, number - keep]);
}
