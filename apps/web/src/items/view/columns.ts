import type { Item } from '@causeway/client';
import { momentText } from '../../layout/moment.js';
import { texts } from '../../texts.js';
import type { LoadedItems } from '../load/loaded-items.js';
import { isTime, propertyText, shownProperty } from '../property-value.js';
import type { SortKey } from './sorting.js';

export interface Column {
  id: string;
  label: string;
  /** Pixels; what is left over goes to all of them. */
  width: number;
  text: (item: Item) => string;
  /** What it is sorted by. */
  keyOf: (item: Item) => SortKey;
}

/** Rows that the choice of columns is made by. */
const SAMPLE = 60;
/** Pixels that the usual columns share: what a wide screen shows without scrolling. */
const ROOM = 1080;
const PROPERTY_WIDTH = 150;
const PROPERTY = 'property ';

const NAME: Column = {
  id: 'name',
  label: texts.items.name,
  width: 240,
  text: ({ name }) => name ?? '',
  keyOf: ({ name }) => (name === '' ? null : name),
};

const fixed = (items: LoadedItems): Column[] => [
  NAME,
  { id: 'type', label: texts.items.type, width: 110, text: ({ type }) => type, keyOf: ({ type }) => type },
  {
    id: 'in',
    label: texts.items.in,
    width: 180,
    text: (item) => parentOf(items, item) ?? '',
    keyOf: (item) => parentOf(items, item),
  },
  momentColumn('modified', texts.items.modified, ({ lastModifiedTime }) => lastModifiedTime),
  momentColumn('created', texts.items.created, ({ creationTime }) => creationTime),
  { id: 'id', label: texts.items.id, width: 200, text: ({ id }) => id, keyOf: ({ id }) => id },
];

/** All that the rows of these types can show; a type's properties are told from the rows themselves. */
export function columnsOf(items: LoadedItems, types: readonly string[]): Column[] {
  const counts = new Map<string, number>();
  for (const type of types)
    for (const [name, count] of items.properties.get(type) ?? []) counts.set(name, (counts.get(name) ?? 0) + count);
  const names = [...counts].filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);
  return [...fixed(items), ...names.map(([name]) => propertyColumn(name))];
}

/** What is shown before anybody chose: the properties that tell most, by a look at some rows. */
export function usualColumns(items: LoadedItems, all: readonly Column[], types: readonly string[]): string[] {
  const some = items.rows.filter(({ type }) => types.includes(type)).slice(0, SAMPLE);
  const telling = all
    .filter(({ id }) => id.startsWith(PROPERTY))
    .map((column, place) => ({ id: column.id, place, rows: some.filter((item) => tells(item, column)).length }))
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows || one.place - other.place)
    .map(({ id }) => id);
  const others = [
    'name',
    ...(types.length > 1 ? ['type'] : []),
    ...(some.some((item) => parentOf(items, item) !== null) ? ['in'] : []),
    ...timesOf(some),
  ];
  const taken = all.reduce((sum, { id, width }) => (others.includes(id) ? sum + width : sum), 0);
  const room = Math.max(1, Math.floor((ROOM - taken) / PROPERTY_WIDTH));
  const [first, last] = [others.filter((id) => !isTimeColumn(id)), others.filter(isTimeColumn)];
  return [...first, ...telling.slice(0, room), ...last];
}

/** When they changed, or else when they were made; some providers say neither. */
function timesOf(items: readonly Item[]): string[] {
  if (items.some(({ lastModifiedTime }) => lastModifiedTime !== null)) return ['modified'];
  return items.some(({ creationTime }) => creationTime !== null) ? ['created'] : [];
}

const isTimeColumn = (id: string) => id === 'modified' || id === 'created';

/** Not the name or an id once more, nor a time, of which there is a column. */
function tells(item: Item, column: Column): boolean {
  const text = column.text(item);
  return (
    text !== '' &&
    text !== texts.values.none &&
    text.length < 80 &&
    !/^[\d-]{6,}$|^\d{4}-\d\d-\d\dT/.test(text) &&
    !isTime(item.properties[column.label]) &&
    !(item.name ?? '').includes(text)
  );
}

function propertyColumn(name: string): Column {
  const valueOf = ({ properties }: Item) => properties[name];
  return {
    id: PROPERTY + name,
    label: name,
    width: PROPERTY_WIDTH,
    text: (item) => {
      const value = valueOf(item);
      if (value === null || value === undefined || value === '') return '';
      return shownProperty(value);
    },
    keyOf: (item) => {
      const value = valueOf(item);
      if (value === null || value === undefined || value === '') return null;
      return typeof value === 'number' ? value : propertyText(value);
    },
  };
}

function momentColumn(id: string, label: string, timeOf: (item: Item) => string | null): Column {
  return {
    id,
    label,
    width: 200,
    text: (item) => momentText(timeOf(item)) ?? '',
    keyOf: (item) => {
      const time = timeOf(item);
      if (time === null) return null;
      const milliseconds = Date.parse(time);
      return Number.isNaN(milliseconds) ? time : milliseconds;
    },
  };
}

/** By name, where that is known: told by the provider, or because what it is in was loaded too. */
function parentOf(items: LoadedItems, { parentPathOrName, parentId }: Item): string | null {
  return parentPathOrName ?? (parentId === null ? null : (items.find(parentId)?.name ?? parentId));
}
