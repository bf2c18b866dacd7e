import pg from 'pg';
import type { RecordStoreObserver } from '../record-store.js';
import { Failures } from '../failures.js';
import { MIGRATIONS } from './migrations.js';

/** Failures come within seconds. Nothing that is read or written here takes as long. */
const CONNECT_MS = 3_000;
const STATEMENT_MS = 4_000;
/** Of a server that hangs, whose own timeout does not come. */
const QUERY_MS = 5_000;

/** Any number, as long as all processes use the same: those that start at once migrate one after the other. */
const MIGRATION_LOCK = 4_281_772_013;

export type Row = Record<string, unknown>;
export type Query = (text: string, values?: readonly unknown[]) => Promise<Row[]>;

const INT8 = 20;

/** Sequence numbers and times stay below 2^53. */
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
    oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
};

/** Connections to PostgreSQL, whose schema makes itself. */
export class Database {
  private readonly pool: pg.Pool;
  private readonly failures: Failures;
  private migrated: Promise<void> | null = null;

  constructor(url: string, poolSize: number, observer: RecordStoreObserver) {
    this.failures = new Failures(observer);
    this.pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: QUERY_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      application_name: 'causeway',
      types: TYPES,
    });
    // A connection that fails while nobody uses it is replaced by the next request.
    this.pool.on('error', () => undefined);
  }

  /** @throws Problem `store-unavailable` */
  async query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    await this.ready();
    try {
      const { rows } = await this.pool.query<Row>(text, [...values]);
      this.failures.succeeded();
      return rows;
    } catch (error) {
      throw this.failures.problemOf(error);
    }
  }

  /** All of `work` or nothing. @throws Problem `store-unavailable`, and what `work` throws */
  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    await this.ready();
    return this.inTransaction(work);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** @throws Problem `store-unavailable` */
  async ready(): Promise<void> {
    this.migrated ??= this.inTransaction(migrate);
    try {
      await this.migrated;
    } catch (error) {
      this.migrated = null;
      throw error;
    }
  }

  private async inTransaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw this.failures.problemOf(error);
    });
    // Otherwise the end of the connection between two statements would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    let isBroken = false;
    const query: Query = async (text, values = []) => (await client.query<Row>(text, [...values])).rows;
    try {
      await query('begin');
      const result = await work(query);
      await query('commit');
      return result;
    } catch (error) {
      // Without an error of the server, nothing more comes on this connection.
      if (!(error instanceof pg.DatabaseError)) isBroken = true;
      else await query('rollback').catch(() => (isBroken = true));
      throw this.failures.problemOf(error);
    } finally {
      client.off('error', ignore);
      client.release(isBroken);
    }
  }
}

async function migrate(query: Query): Promise<void> {
  await query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await query('create table if not exists causeway_migrations (version integer primary key)');
  const [row] = await query('select coalesce(max(version), 0) as version from causeway_migrations');
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < Number(row?.['version'])) continue;
    await query(statements);
    await query('insert into causeway_migrations values ($1)', [index + 1]);
  }
}
