import { oneOf, pick } from '../data/hash.js';
import { iso } from '../data/timestamps.js';
import { company, person, topic } from '../data/words.js';
import { mention, richText } from './rich-text.js';
import { userOf } from './users.js';
import { type PageRef, pageRef, type Workspace } from './workspace.js';

/** The columns of data sources with their property values, as in the SDK's PagePropertyValueWithIdResponse. */

/** A page has so many references of a property; the property endpoint has all. */
const MAX_REFERENCES = 25;

/** A row, of whose references only the first are read. */
interface Row {
  workspace: Workspace;
  /** The page, which may have come from elsewhere. */
  ref: PageRef;
  index: number;
  dataSource: number;
  references: number;
  key: string;
}

interface Column {
  id: string;
  type: string;
  /** What stands in the schema under the name of the type. */
  config?: object;
  value: (row: Row) => unknown;
}

const DAY = 24 * 60 * 60_000;
const day = (key: string, index: number, later = 0) =>
  new Date(Date.UTC(2026, 0, 1) + pick(365, key, index) * DAY + later * DAY).toISOString().slice(0, 10);
const date = (start: string, end: string | null = null) => ({ start, end, time_zone: null });
const option = (name: string, color = 'default') => ({ id: name.slice(0, 4), name, color });
const status = ({ key, index }: Row) => oneOf(['Not started', 'In progress', 'Done'], `${key}/status`, index);
const some = <T>(row: Row, make: (at: number) => T) => Array.from({ length: row.references }, (_, at) => make(at));
const related = (row: Row) =>
  some(row, (at) => ({ id: row.workspace.id(pageRef(row.index + 1 + at, row.dataSource)) }));
const relation = (name: string, shown: string) => ({
  relation_property_name: 'Depends on',
  relation_property_id: 'rel%3A',
  rollup_property_name: shown,
  rollup_property_id: name,
});

const COLUMNS: Record<string, Column> = {
  Status: { id: 'stat', type: 'status', value: (row) => option(status(row)) },
  Due: {
    id: 'due%3A',
    type: 'date',
    value: ({ key, index }) => (index % 4 === 0 ? null : date(day(`${key}/due`, index))),
  },
  Done: { id: 'done', type: 'checkbox', value: (row) => status(row) === 'Done' },
  Score: {
    id: 'scor',
    type: 'number',
    value: ({ key, index }) => (index % 6 === 0 ? null : pick(1000, key, index) / 10),
  },
  Tags: {
    id: 'tags',
    type: 'multi_select',
    value: ({ index }) => (index % 2 ? [{ id: 't1', name: 'Café ☕', color: 'brown' }] : []),
  },
  Email: {
    id: 'mail',
    type: 'email',
    value: ({ workspace, key, index }) =>
      index % 5 === 0 ? null : person(workspace.seed, pick(Math.max(1, workspace.users), `${key}/owner`, index)).email,
  },
  Notes: {
    id: 'note',
    type: 'rich_text',
    value: ({ key, index }) => richText(index % 3 ? topic(`${key}/notes`, index) : ''),
  },
};

/** With those above and the title, every kind that a page can have. */
const OTHER_COLUMNS: Record<string, Column> = {
  Priority: {
    id: 'prio',
    type: 'select',
    value: ({ key, index }) => (index % 4 === 3 ? null : option(oneOf(['Low', 'High', 'Urgent'], key, index), 'red')),
  },
  Website: { id: 'web', type: 'url', value: ({ index }) => (index % 3 ? `https://project-${index}.example/` : null) },
  Phone: { id: 'tel', type: 'phone_number', value: ({ index }) => (index % 2 ? `+49 30 5550${index}` : null) },
  Crew: { id: 'crew', type: 'people', value: (row) => some(row, (at) => userOf(row.workspace, at)) },
  'Depends on': {
    id: 'rel%3A',
    type: 'relation',
    config: { type: 'single_property', single_property: {} },
    value: related,
  },
  Mentions: {
    id: 'ment',
    type: 'rich_text',
    value: (row) => related(row).map(({ id }, at) => mention(id, `${topic(row.key, at)} `)),
  },
  Dependencies: {
    id: 'cnt',
    type: 'rollup',
    config: { function: 'count', ...relation('cnt', 'Name') },
    value: ({ references }) => ({ type: 'number', number: references, function: 'count' }),
  },
  Scores: {
    id: 'scrs',
    type: 'rollup',
    config: { function: 'show_original', ...relation('scrs', 'Score') },
    value: (row) => ({
      type: 'array',
      array: some(row, (at) => ({ type: 'number', number: pick(1000, row.key, row.index + at) / 10 })),
      function: 'show_original',
    }),
  },
  Deadline: {
    id: 'dead',
    type: 'rollup',
    config: { function: 'date_range', ...relation('dead', 'Due') },
    value: ({ key, index }) => ({
      type: 'date',
      date: date(day(key, index), day(key, index, 9)),
      function: 'date_range',
    }),
  },
  'Kinds of tags': {
    id: 'uniq',
    type: 'rollup',
    config: { function: 'show_unique', ...relation('uniq', 'Tags') },
    value: () => ({ type: 'unsupported', unsupported: {}, function: 'show_unique' }),
  },
  Code: { id: 'f1', type: 'formula', value: ({ index }) => ({ type: 'string', string: `N-${index}` }) },
  Blocked: { id: 'f2', type: 'formula', value: ({ references }) => ({ type: 'boolean', boolean: references > 0 }) },
  Weight: { id: 'f3', type: 'formula', value: ({ references }) => ({ type: 'number', number: references * 2 }) },
  Review: { id: 'f4', type: 'formula', value: ({ key, index }) => ({ type: 'date', date: date(day(key, index, 3)) }) },
  Plans: {
    id: 'file',
    type: 'files',
    value: ({ key, index }) => [
      {
        name: `plan-${index}.pdf`,
        type: 'file',
        file: {
          url: `https://files.example/${pick(1e6, key, index)}?signed=1`,
          expiry_time: '2026-09-30T13:00:00.000Z',
        },
      },
      { name: 'Photo', type: 'external', external: { url: `https://img.example/${index}.png` } },
    ],
  },
  Sprint: { id: 'spri', type: 'date', value: ({ key, index }) => date(day(key, index), day(key, index, 14)) },
  Kickoff: {
    id: 'kick',
    type: 'date',
    value: ({ key, index }) => ({ start: `${day(key, index)}T09:00:00.000`, end: null, time_zone: 'Europe/Berlin' }),
  },
  Ticket: { id: 'tick', type: 'unique_id', value: ({ index }) => ({ prefix: 'FERN', number: index + 1 }) },
  Site: {
    id: 'site',
    type: 'place',
    value: ({ key, index }) =>
      index % 3 === 2
        ? null
        : { lat: 53.5 + index / 100, lon: 9.9, name: company(key, index), address: `Pier ${index + 1}, Hamburg` },
  },
  Verified: {
    id: 'veri',
    type: 'verification',
    value: ({ workspace, index }) =>
      index % 2
        ? { state: 'unverified', verified_by: null, date: null }
        : { state: 'verified', verified_by: userOf(workspace, 0), date: date('2026-09-01', '2026-12-01') },
  },
  Start: { id: 'btn', type: 'button', value: () => ({}) },
  Created: { id: 'crt', type: 'created_time', value: (row) => iso(moments(row).created) },
  Edited: { id: 'edt', type: 'last_edited_time', value: (row) => iso(moments(row).modified) },
  'Created by': { id: 'crb', type: 'created_by', value: ({ workspace }) => userOf(workspace, 0) },
  'Edited by': { id: 'edb', type: 'last_edited_by', value: ({ workspace, index }) => userOf(workspace, index % 3) },
};

const moments = ({ workspace, ref }: Row) => workspace.moments(ref);

/** One data source in eight has columns of every kind. */
const columnsOf = (dataSource: number): Record<string, Column> =>
  dataSource % 8 === 7 ? { ...COLUMNS, ...OTHER_COLUMNS } : COLUMNS;

/** What a page says of its properties, or all (`references`: how many) as the property endpoint does. */
export function cells(
  workspace: Workspace,
  ref: PageRef,
  references = Math.min(workspace.references, MAX_REFERENCES),
): Record<string, { id: string; type: string; [value: string]: unknown }> {
  const dataSource = workspace.dataSourceOf(ref) ?? 0;
  const key = `${workspace.seed}/row/${dataSource}`;
  const row: Row = { workspace, ref, index: ref.index, dataSource, references, key };
  return Object.fromEntries(
    Object.entries(columnsOf(dataSource)).map(([name, { id, type, value }]) => {
      const hasMore = type === 'relation' ? { has_more: workspace.references > references } : {};
      return [name, { id, type, [type]: value(row), ...hasMore }];
    }),
  );
}

export const schema = (dataSource: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columnsOf(dataSource)).map(([name, { id, type, config = {} }]) => [
      name,
      { id, name, type, description: null, [type]: config },
    ]),
  );
