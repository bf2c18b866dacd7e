import type { AccountData } from '../core/account.js';
import { fields, type Fields, strings, text } from '../core/fields.js';
import { iso } from '../data/timestamps.js';
import type { Hook } from '../webhooks/hooks.js';

type Cells = Record<string, unknown>;

interface TableName {
  name: string;
}

/** What an edit did to a record or a table. A type, so that it is one of the events of any provider. */
export type AirtableEvent = { baseId: string; tableId: string } & (
  | { what: 'record-created'; recordId: string; createdTime: string; cells: Cells }
  | { what: 'record-changed'; recordId: string; changed: string; cells: Cells; previous: Cells }
  | { what: 'record-destroyed'; recordId: string }
  | { what: 'table-created'; metadata: TableName; fieldsById: Record<string, { name: string; type: string }> }
  | { what: 'table-changed'; current: TableName; previous: TableName }
  | { what: 'table-destroyed' }
);

const CHANGE_TYPES = { created: 'add', changed: 'update', destroyed: 'remove' } as const;

/** Whether the filters of a webhook let an event through. */
function isWatched({ specification }: Hook, { what, tableId }: AirtableEvent): boolean {
  const filters = fields(fields(specification['options'])['filters']);
  const [subject = '', happened = ''] = what.split('-');
  const types = strings(filters['dataTypes']);
  if (!types.includes(subject === 'record' ? 'tableData' : 'tableMetadata')) return false;
  const scope = text(filters['recordChangeScope']);
  if (scope !== undefined && scope !== tableId) return false;
  const changes = strings(filters['changeTypes']);
  const change = CHANGE_TYPES[happened as keyof typeof CHANGE_TYPES];
  if (changes.length > 0 && !changes.includes(change)) return false;
  const sources = strings(filters['fromSources']);
  return sources.length === 0 || sources.includes('client');
}

/** The payload of one transaction in the format v0; undefined when the webhook watches nothing of it. */
export function payloadOf(
  hook: Hook,
  events: readonly AirtableEvent[],
  { account }: AccountData,
  transaction: { number: number; at: number },
): object | undefined {
  const watched = events.filter((event) => isWatched(hook, event));
  if (watched.length === 0) return undefined;
  const includes = fields(fields(hook.specification['options'])['includes']);
  const name = account.name.replace(/@.*/, '').replace('.', ' ');
  const user = { id: account.id, email: account.name, name, permissionLevel: 'create' };
  return {
    timestamp: iso(transaction.at),
    baseTransactionNumber: transaction.number,
    payloadFormat: 'v0',
    actionMetadata: { source: 'client', sourceMetadata: { user } },
    ...changesOf(watched, includes),
  };
}

interface TableChanges {
  createdRecordsById?: Record<string, object>;
  changedRecordsById?: Record<string, object>;
  destroyedRecordIds?: string[];
  changedMetadata?: object;
}

interface Changes {
  createdTablesById?: Record<string, object>;
  changedTablesById?: Record<string, TableChanges>;
  destroyedTableIds?: string[];
}

function changesOf(events: readonly AirtableEvent[], includes: Fields): Changes {
  const changes: Changes = {};
  const changed = (tableId: string): TableChanges => ((changes.changedTablesById ??= {})[tableId] ??= {});
  for (const event of events) {
    const { tableId } = event;
    switch (event.what) {
      case 'record-created': {
        const { createdTime, cells: cellValuesByFieldId } = event;
        (changed(tableId).createdRecordsById ??= {})[event.recordId] = { createdTime, cellValuesByFieldId };
        break;
      }
      case 'record-changed':
        (changed(tableId).changedRecordsById ??= {})[event.recordId] = recordChange(event, includes);
        break;
      case 'record-destroyed':
        (changed(tableId).destroyedRecordIds ??= []).push(event.recordId);
        break;
      case 'table-created': {
        const { metadata, fieldsById } = event;
        (changes.createdTablesById ??= {})[tableId] = { metadata, fieldsById, recordsById: {} };
        break;
      }
      case 'table-changed':
        changed(tableId).changedMetadata = { current: event.current, previous: event.previous };
        break;
      case 'table-destroyed':
        (changes.destroyedTableIds ??= []).push(tableId);
    }
  }
  return changes;
}

function recordChange(
  { changed, cells, previous }: Extract<AirtableEvent, { what: 'record-changed' }>,
  includes: Fields,
): object {
  const only = (all: Cells, wanted: (fieldId: string) => boolean) => ({
    cellValuesByFieldId: Object.fromEntries(Object.entries(all).filter(([fieldId]) => wanted(fieldId))),
  });
  const isChanged = (fieldId: string) => fieldId === changed;
  const included = includes['includeCellValuesInFieldIds'];
  const isIncluded = (fieldId: string) => included === 'all' || strings(included).includes(fieldId);
  return {
    current: only(cells, isChanged),
    ...(includes['includePreviousCellValues'] === true ? { previous: only(previous, isChanged) } : {}),
    ...(included === undefined
      ? {}
      : { unchanged: only(cells, (fieldId) => !isChanged(fieldId) && isIncluded(fieldId)) }),
  };
}
