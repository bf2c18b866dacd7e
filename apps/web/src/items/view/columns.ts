import type { Item } from '@causeway/client';
import { formatDateTime } from '../../layout/date-time.js';
import { texts } from '../../texts.js';
import type { LoadedItems } from '../load/loaded-items.js';
import { formatProperty, isBlank, isTime, propertyText } from '../property-value.js';
import type { SortKey } from './sorting.js';

export interface Column {
  id: string;
  label: string;
  /** Minimum, in pixels: columns share the remaining width. */
  width: number;
  text: (item: Item) => string;
  keyOf: (item: Item) => SortKey;
}

/** Rows by which the default columns are selected. */
const SAMPLE = 60;
/** Pixels for the default columns: a wide screen shows them without scrolling. */
const AVAILABLE_WIDTH = 1080;
const PROPERTY_WIDTH = 150;
const PROPERTY = 'property ';

const TIME_IDS = ['modified', 'created'];

/** Columns that all items have; `defaultColumns` decides which are shown first. Browsers store the ids, and addresses contain them: do not rename. */
const fixedColumns = (items: LoadedItems): Column[] => [
  column('name', texts.items.name, 240, ({ name }) => name),
  column('type', texts.items.type, 110, ({ type }) => type),
  column('in', texts.items.parent, 180, (item) => parentNameOf(items, item)),
  timeColumn('modified', texts.items.modified, ({ lastModifiedTime }) => lastModifiedTime),
  timeColumn('created', texts.items.created, ({ creationTime }) => creationTime),
  column('id', texts.items.id, 200, ({ id }) => id),
];

/** The columns that items of these types can have; most frequent properties first. */
export function columnsOf(items: LoadedItems, types: readonly string[]): Column[] {
  const counts = new Map<string, number>();
  for (const type of types)
    for (const [name, count] of items.properties.get(type) ?? []) counts.set(name, (counts.get(name) ?? 0) + count);
  const names = [...counts].filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);
  return [...fixedColumns(items), ...names.map(([name]) => propertyColumn(name))];
}

/** The ids of the columns until the user selects some: by a sample of the rows, the properties with the most information. */
export function defaultColumns(items: LoadedItems, all: readonly Column[], types: readonly string[]): string[] {
  const sample = items.rows.filter(({ type }) => types.includes(type)).slice(0, SAMPLE);
  const properties = all
    .filter(({ id }) => id.startsWith(PROPERTY))
    .map((column) => ({ id: column.id, rows: sample.filter((item) => isInformative(item, column)).length }))
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows)
    .map(({ id }) => id);
  const first = ['name'];
  if (types.length > 1) first.push('type');
  if (sample.some((item) => parentNameOf(items, item) !== null)) first.push('in');
  // Some providers have no modification times, and some have none at all.
  const last = TIME_IDS.filter((id) => sample.some((item) => all.find((one) => one.id === id)?.keyOf(item) !== null));
  const fixedDefaults = [...first, ...last.slice(0, 1)];
  const width = all.reduce((sum, { id, width }) => (fixedDefaults.includes(id) ? sum + width : sum), 0);
  const count = Math.max(1, Math.floor((AVAILABLE_WIDTH - width) / PROPERTY_WIDTH));
  return [...first, ...properties.slice(0, count), ...last.slice(0, 1)];
}

/** Not the name or an id again, nor a time, which has a column of its own. */
function isInformative(item: Item, column: Column): boolean {
  const text = column.text(item);
  return (
    text !== '' &&
    text.length < 80 &&
    !/^[\d-]{6,}$|^\d{4}-\d\d-\d\dT/.test(text) &&
    !isTime(item.properties[column.label]) &&
    !(item.name ?? '').includes(text)
  );
}

const column = (id: string, label: string, width: number, valueOf: (item: Item) => string | null): Column => ({
  id,
  label,
  width,
  text: (item) => valueOf(item) ?? '',
  keyOf: (item) => valueOf(item) || null,
});

function propertyColumn(name: string): Column {
  const valueOf = ({ properties }: Item) => properties[name];
  return {
    id: PROPERTY + name,
    label: name,
    width: PROPERTY_WIDTH,
    text: (item) => (isBlank(valueOf(item)) ? '' : formatProperty(valueOf(item))),
    keyOf: (item) => {
      const value = valueOf(item);
      if (isBlank(value)) return null;
      return typeof value === 'number' ? value : propertyText(value);
    },
  };
}

function timeColumn(id: string, label: string, timeOf: (item: Item) => string | null): Column {
  return {
    id,
    label,
    width: 200,
    text: (item) => formatDateTime(timeOf(item)) ?? '',
    keyOf: (item) => {
      const time = timeOf(item);
      if (time === null) return null;
      const milliseconds = Date.parse(time);
      return Number.isNaN(milliseconds) ? time : milliseconds;
    },
  };
}

/** From the provider, or from the parent if it was loaded too. */
function parentNameOf(items: LoadedItems, { parentPathOrName, parentId }: Item): string | null {
  return parentPathOrName ?? (parentId === null ? null : (items.find(parentId)?.name ?? parentId));
}
