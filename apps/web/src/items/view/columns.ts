import type { IntegrationDetails, Item } from '@causeway/client';
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

type ItemType = IntegrationDetails['itemTypeDetails'][number];
type Property = ItemType['properties'][number];

/** Rows by which the default columns are selected. */
const SAMPLE = 60;
const PROPERTY_WIDTH = 150;
const PROPERTY = 'property ';

const TIME_IDS = ['modified', 'created'];

/** Columns that all items have; `defaultColumns` decides which are shown first. Browsers store the ids, and addresses contain them: do not rename. */
const fixedColumns = (items: LoadedItems, types: readonly ItemType[]): Column[] => [
  column('name', texts.items.name, 240, ({ name }) => name),
  column('type', texts.items.type, 110, ({ type }) => types.find((one) => one.type === type)?.label ?? type),
  column('in', texts.items.location, 180, (item) => parentNameOf(items, item)),
  timeColumn('modified', texts.items.modified, ({ lastModifiedTime }) => lastModifiedTime),
  timeColumn('created', texts.items.created, ({ creationTime }) => creationTime),
  column('id', texts.items.id, 200, ({ id }) => id),
];

/** The columns that items of these types can have: properties that the provider defines first, then the most frequent ones. */
export function columnsOf(items: LoadedItems, types: readonly ItemType[]): Column[] {
  const counts = new Map<string, number>();
  for (const { type } of types)
    for (const [name, count] of items.properties.get(type) ?? []) counts.set(name, (counts.get(name) ?? 0) + count);
  const known = types.flatMap(({ properties }) => properties);
  const rank = (name: string) => {
    const at = known.findIndex((property) => property.name === name);
    return at === -1 ? known.length : at;
  };
  const shownElsewhere = new Set(known.map(({ textProperty }) => textProperty));
  const names = [...counts]
    .filter(([name, count]) => count > 0 && !shownElsewhere.has(name))
    .sort(([one, count], [other, otherCount]) => rank(one) - rank(other) || otherCount - count);
  return [...fixedColumns(items, types), ...names.map(([name]) => propertyColumn(name, known[rank(name)]))];
}

/**
 * The ids of the columns until the user selects some: by a sample of the rows, the properties with the most information.
 * @param width pixels for all of them
 */
export function defaultColumns(
  items: LoadedItems,
  all: readonly Column[],
  types: readonly ItemType[],
  width: number,
): string[] {
  const sample = items.rows.filter(({ type }) => types.some((one) => one.type === type)).slice(0, SAMPLE);
  const properties = all.filter(
    (column) => column.id.startsWith(PROPERTY) && sample.some((item) => isInformative(item, column)),
  );
  const first = ['name'];
  if (types.length > 1) first.push('type');
  if (new Set(sample.map((item) => parentNameOf(items, item))).size > 1) first.push('in');
  // Some providers have no modification times, and some have none at all.
  const last = TIME_IDS.filter((id) =>
    sample.some((item) => all.find((one) => one.id === id)?.keyOf(item) !== null),
  ).slice(0, 1);
  const used = all.reduce((sum, { id, width }) => (first.includes(id) || last.includes(id) ? sum + width : sum), 0);
  const count = Math.max(1, Math.floor((width - used) / PROPERTY_WIDTH));
  return [...first, ...properties.slice(0, count).map(({ id }) => id), ...last];
}

/** Not the name or an id again, nor a time, which has a column of its own. */
function isInformative(item: Item, column: Column): boolean {
  const text = column.text(item);
  const name = item.name ?? '';
  return (
    text !== '' &&
    text.length < 80 &&
    !/^[\d-]{6,}$|^\d{4}-\d\d-\d\dT/.test(text) &&
    !isTime(item.properties[column.id.slice(PROPERTY.length)]) &&
    !name.includes(text) &&
    // A long text has its beginning for its name.
    (name === '' || !text.startsWith(name.replace(/…$/, '')))
  );
}

const column = (id: string, label: string, width: number, valueOf: (item: Item) => string | null): Column => ({
  id,
  label,
  width,
  text: (item) => valueOf(item) ?? '',
  keyOf: (item) => valueOf(item) || null,
});

/** The label of a property and its value in words, as the provider's users know them. */
export function describeProperties(item: Item, types: readonly ItemType[]): [label: string, text: string][] {
  const known = types.find(({ type }) => type === item.type)?.properties ?? [];
  const shownElsewhere = new Set(known.map(({ textProperty }) => textProperty));
  return Object.keys(item.properties)
    .filter((name) => !shownElsewhere.has(name))
    .map((name) => {
      const property = known.find((one) => one.name === name);
      return [property?.label ?? name, textOf(valueOf(item, name, property), property)];
    });
}

function valueOf({ properties }: Item, name: string, property: Property | undefined): unknown {
  const text = property?.textProperty ? properties[property.textProperty] : undefined;
  return isBlank(text) ? properties[name] : text;
}

const textOf = (value: unknown, property: Property | undefined): string =>
  (typeof value === 'string' ? property?.values[value] : undefined) ?? formatProperty(value);

function propertyColumn(name: string, property: Property | undefined): Column {
  return {
    id: PROPERTY + name,
    label: property?.label ?? name,
    width: PROPERTY_WIDTH,
    text: (item) => {
      const value = valueOf(item, name, property);
      return isBlank(value) ? '' : textOf(value, property);
    },
    keyOf: (item) => {
      const value = valueOf(item, name, property);
      if (isBlank(value)) return null;
      return typeof value === 'number' ? value : (property?.values[String(value)] ?? propertyText(value));
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
