import { newGeneration } from '../new-generation.js';
import type { Collection, CollectionFilter, NewCollection } from '../record-store.js';
import { PostgresRecords } from './postgres-records.js';
import { COLLECTION, collectionOf } from './rows.js';

/** Any number, as long as all processes use the same. */
const CREATION_LOCK = 428_177_201;

/** Makes, finds and removes collections; `PostgresRecordStore` runs them. */
export class PostgresCollections extends PostgresRecords {
  async create(collection: NewCollection, limit?: number): Promise<Collection | 'too-many' | null> {
    const { id, name, orgId, userId, connectionId, settings, createdAt, nextRunAt } = collection;
    const known = `select ${COLLECTION} from causeway_collections where name = $1`;
    return this.database.transaction(async (query) => {
      // Held until the end, so that of two at once the second counts the first.
      await query('select pg_advisory_xact_lock($1, hashtext($2))', [CREATION_LOCK, orgId]);
      const [existing] = await query(known, [name]);
      if (existing !== undefined) return collectionOf(existing);
      if (limit !== undefined) {
        const [counted] = await query('select count(*) as count from causeway_collections where org_id = $1', [orgId]);
        if (Number(counted?.['count']) >= limit) return 'too-many';
      }
      await query(
        `insert into causeway_collections
           (id, name, org_id, user_id, connection_id, settings, created_at, next_run_at, generation)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, name, orgId, userId, connectionId, settings, createdAt, nextRunAt, newGeneration()],
      );
      return null;
    });
  }

  async find(id: string): Promise<Collection | null> {
    const [row] = await this.database.query(`select ${COLLECTION} from causeway_collections where id = $1`, [id]);
    return row === undefined ? null : collectionOf(row);
  }

  async list(
    { orgIds, userId, connectionId }: CollectionFilter,
    limit: number,
    after: { createdAt: number; id: string } | null,
  ): Promise<Collection[]> {
    const values: unknown[] = [limit];
    const conditions: string[] = ['true'];
    const add = (condition: (at: string) => string, value: unknown) => {
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    };
    if (orgIds !== undefined) add((at) => `org_id = any(${at})`, orgIds);
    if (userId !== undefined) add((at) => `user_id = ${at}`, userId);
    if (connectionId !== undefined) add((at) => `connection_id = ${at}`, connectionId);
    if (after !== null) {
      values.push(after.createdAt, after.id);
      conditions.push(`(created_at, id) < ($${values.length - 1}, $${values.length})`);
    }
    const rows = await this.database.query(
      `select ${COLLECTION} from causeway_collections where ${conditions.join(' and ')}
       order by created_at desc, id desc limit $1`,
      values,
    );
    return rows.map(collectionOf);
  }

  async update(id: string, version: number, change: { settings: string; nextRunAt: number | null }): Promise<boolean> {
    const updated = await this.database.query(
      `update causeway_collections set settings = $3, next_run_at = $4, version = version + 1
       where id = $1 and version = $2 returning id`,
      [id, version, change.settings, change.nextRunAt],
    );
    return updated.length > 0;
  }

  async renewGeneration(id: string): Promise<void> {
    await this.database.query('update causeway_collections set generation = $2 where id = $1', [id, newGeneration()]);
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.database.query('delete from causeway_collections where id = $1 returning id', [id]);
    await this.removeContent(id);
    return removed.length > 0;
  }
}
