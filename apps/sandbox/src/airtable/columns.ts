import { oneOf, pick } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { iso } from '../data/timestamps.js';
import { person, topic } from '../data/words.js';
import { fieldId, type Column, type ColumnDraft } from './column.js';
import { furtherFields, type LinkedTable } from './further-fields.js';

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
      value: (index, { created, modified }) => (index % 6 === 0 ? undefined : iso(modified ?? created).slice(0, 10)),
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

/** Field types that Airtable allows for the primary field of a table, beside the single line of text that most tables have. */
export const PRIMARY_TYPES: readonly string[] = [
  ...['barcode', 'number', 'currency', 'percent', 'duration', 'date', 'dateTime', 'autoNumber', 'formula'],
  ...['email', 'phoneNumber', 'url', 'multilineText', 'aiText'],
];

export interface Layout {
  /** A field of every type, among them links to the records of this table. */
  linked?: LinkedTable | undefined;
  /** The type of the primary field. */
  primary?: string | undefined;
  /** Long texts that make each record at least as large. */
  kilobytes: number;
}

/** A cell with a long text holds 100,000 characters at most. */
const KILOBYTES_PER_CELL = 96;

const longTexts = (kilobytes: number): ColumnDraft[] =>
  Array.from({ length: Math.ceil(kilobytes / KILOBYTES_PER_CELL) }, (_, at) => {
    const text = 'A line of a very long document.\n'.repeat(
      32 * Math.min(kilobytes - at * KILOBYTES_PER_CELL, KILOBYTES_PER_CELL),
    );
    return { name: `Chapter ${at + 1}`, type: 'multilineText', value: () => text };
  });

export function columnsOf(key: string, { linked, primary, kilobytes }: Layout): Column[] {
  const all = [...drafts(key), ...(linked === undefined ? [] : furtherFields(key, linked)), ...longTexts(kilobytes)];
  const columns = all.map((draft) => ({ ...draft, id: fieldId(key, draft.name) }));
  const first = columns.findIndex(({ type }) => type === primary);
  return first < 0 ? columns : [...columns.splice(first, 1), ...columns];
}
