import { oneOf, pick } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { iso, type Moments } from '../data/timestamps.js';
import { person, topic } from '../data/words.js';

export interface Column {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly options?: object;
  /** Cell of record N; undefined when empty, and then the field is missing from the record. */
  value(index: number, moments: Moments): unknown;
}

type ColumnDraft = Omit<Column, 'id'>;

const CHOICES = ['Planned', 'In progress', 'Done'] as const;

function drafts(key: string): ColumnDraft[] {
  return [
    {
      name: 'Name',
      type: 'singleLineText',
      value: (index) => (index % 31 === 9 ? undefined : `${topic(key, index)} – ${person(key, index).last}`),
    },
    { name: 'Email', type: 'email', value: (index) => (index % 4 === 3 ? undefined : person(key, index).email) },
    {
      name: 'Status',
      type: 'singleSelect',
      options: {
        choices: CHOICES.map((name, at) => ({ id: airtableIds.encode('sel', key, at), name, color: 'blueLight2' })),
      },
      value: (index) => oneOf(CHOICES, `${key}/status`, index),
    },
    {
      name: 'Amount',
      type: 'currency',
      options: { precision: 2, symbol: '€' },
      value: (index) => (index % 5 === 0 ? undefined : pick(100_000, `${key}/amount`, index) / 100),
    },
    {
      name: 'Due',
      type: 'date',
      options: { dateFormat: { name: 'iso', format: 'YYYY-MM-DD' } },
      value: (index, { modified }) => (index % 6 === 0 ? undefined : iso(modified).slice(0, 10)),
    },
    // An unticked box is an empty cell.
    {
      name: 'Done',
      type: 'checkbox',
      options: { icon: 'check', color: 'greenBright' },
      value: (index) => index % 2 === 0 || undefined,
    },
    {
      name: 'Tags',
      type: 'multipleSelects',
      options: { choices: [{ id: airtableIds.encode('sel', key, 9), name: 'Café ☕', color: 'brownLight2' }] },
      value: (index) => (index % 3 === 0 ? ['Café ☕'] : undefined),
    },
    {
      name: 'Files',
      type: 'multipleAttachments',
      options: { isReversed: false },
      value: (index) =>
        index % 20 === 0
          ? [
              {
                id: airtableIds.encode('att', key, index),
                url: `https://files.example.test/${index}`,
                filename: 'plan.pdf',
                size: 52_340,
                type: 'application/pdf',
              },
            ]
          : undefined,
    },
  ];
}

export const columnsOf = (key: string): Column[] =>
  drafts(key).map((draft, index) => ({ ...draft, id: airtableIds.encode('fld', key, index) }));
