import { optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import { nullIfGone } from '../gone-item.js';
import type { HookChanges, ProviderHook, ProviderHooks } from '../integration.js';
import type { ChangedItem } from '../provider-webhook.js';

/** What is told: records, the fields of tables, and the tables themselves. The latter two need the scope `schema.bases:read`, too. */
const DATA_TYPES = ['tableData', 'tableFields', 'tableMetadata'];
const MAX_PAYLOADS = 50;
/** Of a base in which much has changed, so many pages are read at once. */
const MAX_PAGES = 100;

/** Members of a changed table that tell of its fields: no record is named whose values are gone, or have another name. */
const OF_FIELDS = ['createdFieldsById', 'changedFieldsById', 'destroyedFieldIds'];

/**
 * https://airtable.com/developers/web/api/webhooks-overview: an app may have two in each base, made by users who are its creators. One lives
 * for a week, from when it was made, refreshed or read last.
 */
export const airtableHooks: ProviderHooks = {
  scope: 'webhook:manage',
  firstCursor: 1,

  async create(api, base, url) {
    const specification = { options: { filters: { dataTypes: DATA_TYPES } } };
    const json = { notificationUrl: url, specification };
    const { body } = await api.write({ method: 'POST', path: pathOf(base), json, subject: base });
    const hook = readObject(body, 'webhook');
    return { ...readHook(hook), url, secret: readString(hook['macSecretBase64'], 'macSecretBase64') };
  },

  async list(api, base) {
    const { body } = await api.read({ path: pathOf(base), subject: base });
    const hooks = readArray(readObject(body, 'response')['webhooks'], 'webhooks');
    return hooks.map((hook) => readHook(readObject(hook, 'webhook')));
  },

  async refresh(api, base, id) {
    const path = `${pathOf(base, id)}/refresh`;
    const response = await nullIfGone(() => api.write({ method: 'POST', path, subject: base }));
    return response && { expiresAt: expiry(optional.object(response.body)) };
  },

  async remove(api, base, id) {
    await nullIfGone(() => api.write({ method: 'DELETE', path: pathOf(base, id), subject: base }));
  },

  read: (api, base, id, cursor) =>
    nullIfGone(async () => {
      const path = `${pathOf(base, id)}/payloads`;
      const changes = new Changes(base, cursor);
      for (let pages = 0; pages < MAX_PAGES && changes.hasMore; pages += 1) {
        const query = { cursor: changes.cursor, limit: MAX_PAYLOADS };
        changes.add(readObject((await api.read({ path, query, subject: base })).body, 'response'));
      }
      return changes.result();
    }),
};

function pathOf(base: string, hook?: string): string {
  return `/v0/bases/${encodeURIComponent(base)}/webhooks${hook === undefined ? '' : `/${encodeURIComponent(hook)}`}`;
}

function readHook(hook: JsonObject): ProviderHook {
  return {
    id: readString(hook['id'], 'id'),
    url: optional.string(hook['notificationUrl']),
    expiresAt: expiry(hook),
  };
}

function expiry(hook: JsonObject): number | null {
  const time = optional.time(hook['expirationTime']);
  return time === null ? null : Date.parse(time);
}

/** What payloads tell, one after the other: of a record that was deleted and restored, only that it is there. */
class Changes {
  hasMore = true;
  private isIncomplete = false;
  private readonly items = new Map<string, ChangedItem>();

  constructor(
    private readonly base: string,
    public cursor: number,
  ) {}

  add(page: JsonObject): void {
    for (const payload of readArray(page['payloads'], 'payloads').map(optional.object)) {
      // Airtable could not say what has changed, or has stopped to watch.
      if (payload['error'] === true) this.isIncomplete = true;
      this.addPayload(payload);
    }
    const next = optional.number(page['cursor']) ?? 0;
    const advances = Number.isSafeInteger(next) && next > this.cursor;
    const mayHaveMore = page['mightHaveMore'] === true;
    if (mayHaveMore && !advances) this.isIncomplete = true;
    this.hasMore = mayHaveMore && advances;
    if (advances) this.cursor = next;
  }

  result(): HookChanges {
    const { items, cursor, hasMore, isIncomplete } = this;
    return { items: [...items.values()], cursor, hasMore, isIncomplete };
  }

  private addPayload(payload: JsonObject): void {
    for (const [id, table] of entries(payload['createdTablesById'])) {
      this.addTable(id);
      for (const [record] of entries(table['recordsById'])) this.addRecord(id, record);
    }
    for (const [id, table] of entries(payload['changedTablesById'])) {
      const hasOtherFields = OF_FIELDS.some((member) => table[member] !== undefined);
      if (hasOtherFields) this.isIncomplete = true;
      // Views are not told.
      if (hasOtherFields || table['changedMetadata'] !== undefined) this.addTable(id);
      for (const [record] of entries(table['createdRecordsById'])) this.addRecord(id, record);
      for (const [record] of entries(table['changedRecordsById'])) this.addRecord(id, record);
      for (const record of ids(table['destroyedRecordIds'])) this.addRecord(id, record, true);
    }
    const destroyed = ids(payload['destroyedTableIds']);
    // Their records are not named.
    if (destroyed.length > 0) this.isIncomplete = true;
    for (const id of destroyed) this.addTable(id, true);
  }

  private addTable(id: string, isDeleted = false): void {
    const { base } = this;
    this.items.set(id, { type: 'table', id, driveId: base, parentId: base, isDeleted });
  }

  private addRecord(table: string, id: string, isDeleted = false): void {
    this.items.set(`${table}/${id}`, { type: 'record', id, driveId: this.base, parentId: table, isDeleted });
  }
}

function entries(value: unknown): [string, JsonObject][] {
  return Object.entries(optional.object(value)).map(([id, entry]) => [id, optional.object(entry)]);
}

function ids(value: unknown): string[] {
  return optional.array(value).flatMap((id) => optional.string(id) ?? []);
}
