import type { IntegrationDetails, Item } from '@causeway/client';
import { nameOf, visible } from './item-name.js';
import { ITEM_TEXTS, type ItemTexts } from './item-texts.js';
import { formatDateTime, formatProperty, isBlank, isTime, propertyText } from './property-value.js';
import { parentPlaceOf, type LoadedItems } from './loaded-items.js';
import type { SortKey } from './sorting.js';

/** A column of a table of items. */
export interface ItemColumn {
  id: string;
  label: string;
  /** Minimum, in pixels: columns share the remaining width. */
  width: number;
  text: (item: Item) => string;
  /** What a sort compares. */
  keyOf: (item: Item) => SortKey;
}

export interface ItemColumnOptions {
  /** Default: English. */
  texts?: ItemTexts;
  /** Of what was opened to get to these items, by the ids: it is not among the items. */
  parentNames?: ReadonlyMap<string, string>;
}

type ItemType = IntegrationDetails['itemTypeDetails'][number];
type Property = ItemType['properties'][number];

/** Rows by which the default columns are selected. */
const SAMPLE = 60;
const PROPERTY_WIDTH = 150;
const PROPERTY = 'property ';

const TIME_IDS = ['modified', 'created'];

/** Columns that all items have; `defaultItemColumns` decides which are shown first. Pages store the ids: do not rename. */
const fixedColumns = (
  items: LoadedItems,
  types: readonly ItemType[],
  { texts = ITEM_TEXTS, parentNames }: ItemColumnOptions,
): ItemColumn[] => [
  column('name', texts.name, 240, ({ name }) => name),
  column('type', texts.type, 110, ({ type }) => types.find((one) => one.type === type)?.label ?? type),
  column('in', texts.location, 180, (item) => parentNameOf(items, item, parentNames)),
  timeColumn('modified', texts.modified, ({ lastModifiedTime }) => lastModifiedTime),
  timeColumn('created', texts.created, ({ creationTime }) => creationTime),
  column('id', texts.id, 200, ({ id }) => id),
];

/** The columns that items of these types can have: properties that the provider defines first, then the most frequent ones. */
export function itemColumns(
  items: LoadedItems,
  types: readonly ItemType[],
  options: ItemColumnOptions = {},
): ItemColumn[] {
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
  const properties = names.map(([name]) => propertyColumn(name, known[rank(name)], options.texts));
  return [...fixedColumns(items, types, options), ...properties];
}

/**
 * The ids of the columns until the user selects some: by a sample of the rows, the properties with the most information.
 * @param width pixels for all of them
 */
export function defaultItemColumns(
  { rows }: LoadedItems,
  all: readonly ItemColumn[],
  types: readonly ItemType[],
  width: number,
): string[] {
  const sample = rows.filter(({ type }) => types.some((one) => one.type === type)).slice(0, SAMPLE);
  const properties = all.filter(
    (column) => column.id.startsWith(PROPERTY) && sample.some((item) => isInformative(item, column)),
  );
  const first = ['name'];
  if (types.length > 1) first.push('type');
  const location = all.find(({ id }) => id === 'in');
  if (new Set(sample.map((item) => location?.text(item))).size > 1) first.push('in');
  // Some providers have no modification times, and some have none at all.
  const last = TIME_IDS.filter((id) =>
    sample.some((item) => all.find((one) => one.id === id)?.keyOf(item) !== null),
  ).slice(0, 1);
  const used = all.reduce((sum, { id, width }) => (first.includes(id) || last.includes(id) ? sum + width : sum), 0);
  const count = Math.max(1, Math.floor((width - used) / PROPERTY_WIDTH));
  return [...first, ...properties.slice(0, count).map(({ id }) => id), ...last];
}

/** Digits, also with the decimals of a time in microseconds that serves as an id, or a time. */
const ID_OR_TIME = /^[\d-]{6,}$|^\d{9,}\.\d{5,}$|^\d{4}-\d\d-\d\dT/;

/** Not the name or an id again, nor a time, which has a column of its own. */
function isInformative(item: Item, column: ItemColumn): boolean {
  const text = column.text(item).replace(/\s+/g, ' ').trim();
  const name = (item.name ?? '').replace(/\s+/g, ' ').trim();
  return (
    text !== '' &&
    text.length < 80 &&
    !ID_OR_TIME.test(text) &&
    !isTime(item.properties[column.id.slice(PROPERTY.length)]) &&
    !name.includes(text) &&
    // A long text has its beginning for its name.
    (name === '' || !text.startsWith(name.replace(/…$/, '')))
  );
}

const column = (id: string, label: string, width: number, valueOf: (item: Item) => string | null): ItemColumn => ({
  id,
  label,
  width,
  text: (item) => valueOf(item) ?? '',
  keyOf: (item) => valueOf(item) || null,
});

/** The label of a property and its value in words, as the provider's users know them. */
export function describeProperties(
  item: Item,
  types: readonly ItemType[],
  texts?: ItemTexts,
): [label: string, text: string][] {
  const known = types.find(({ type }) => type === item.type)?.properties ?? [];
  const shownElsewhere = new Set(known.map(({ textProperty }) => textProperty));
  return Object.keys(item.properties)
    .filter((name) => !shownElsewhere.has(name))
    .map((name) => {
      const property = known.find((one) => one.name === name);
      return [property?.label ?? name, visible(textOf(valueOf(item, name, property), property, texts))];
    });
}

function valueOf({ properties }: Item, name: string, property: Property | undefined): unknown {
  const text = property?.textProperty ? properties[property.textProperty] : undefined;
  return isBlank(text) ? properties[name] : text;
}

const textOf = (value: unknown, property: Property | undefined, texts?: ItemTexts): string =>
  (typeof value === 'string' ? property?.values[value] : undefined) ?? formatProperty(value, texts);

function propertyColumn(name: string, property: Property | undefined, texts?: ItemTexts): ItemColumn {
  return {
    id: PROPERTY + name,
    label: property?.label ?? name,
    width: PROPERTY_WIDTH,
    text: (item) => {
      const value = valueOf(item, name, property);
      return isBlank(value) ? '' : textOf(value, property, texts);
    },
    keyOf: (item) => {
      const value = valueOf(item, name, property);
      if (isBlank(value)) return null;
      return typeof value === 'number' ? value : (property?.values[String(value)] ?? propertyText(value, texts));
    },
  };
}

function timeColumn(id: string, label: string, timeOf: (item: Item) => string | null): ItemColumn {
  return {
    id,
    label,
    width: 200,
    text: (item) => {
      const time = timeOf(item);
      return time === null ? '' : formatDateTime(time);
    },
    keyOf: (item) => {
      const time = timeOf(item);
      if (time === null) return null;
      const milliseconds = Date.parse(time);
      return Number.isNaN(milliseconds) ? time : milliseconds;
    },
  };
}

/** From the provider, or from the parent if that is known; never an id, which says nothing to a user. */
function parentNameOf(items: LoadedItems, item: Item, names: ReadonlyMap<string, string> | undefined): string | null {
  const place = parentPlaceOf(item);
  return item.parentPathOrName ?? items.find(place)?.name ?? names?.get(place ?? '') ?? null;
}

/** Where an item is: the loaded items around it, outermost first, or the name of its parent. `null`: that is not known. */
export function locationOf(
  items: LoadedItems,
  item: Item,
  { texts, parentNames }: ItemColumnOptions = {},
): string | null {
  const path = items.pathTo(item).map((ancestor) => nameOf(ancestor, texts));
  return path.length > 0 ? path.join(' › ') : parentNameOf(items, item, parentNames);
}
