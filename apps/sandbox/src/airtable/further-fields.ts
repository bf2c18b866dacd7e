import { pick } from '../data/hash.js';
import { airtableIds } from '../data/ids.js';
import { iso } from '../data/timestamps.js';
import { person, topic } from '../data/words.js';
import { fieldId, type ColumnDraft } from './column.js';

/** The table that links lead to. */
export interface LinkedTable {
  readonly id: string;
  readonly key: string;
  readonly records: number;
  /** Its primary field. */
  readonly nameFieldId: string;
  name(index: number): string | undefined;
}

const collaborator = (key: string, index: number) => {
  const { first, last, email } = person(key, index);
  return { id: airtableIds.encode('usr', key, index), email, name: `${first} ${last}` };
};

const date = { dateFormat: { name: 'iso', format: 'YYYY-MM-DD' } };
const dateTime = { ...date, timeFormat: { name: '24hour', format: 'HH:mm' }, timeZone: 'utc' };
const moment = (value: number | null) => (value === null ? undefined : iso(value - (value % 1000)));

/** A field of each type that other tables do not have, with cells as airtable.com/developers/web/api/field-model describes them. */
export function furtherFields(key: string, linked: LinkedTable): ColumnDraft[] {
  const linkedTo = (index: number) =>
    Array.from({ length: Math.min(index % 4, linked.records) }, (_, at) =>
      pick(linked.records, `${key}/link/${at}`, index),
    ).filter((one, at, all) => all.indexOf(one) === at);
  const names = (index: number) => linkedTo(index).map((one) => linked.name(one) ?? null);
  const some = <T>(values: readonly T[]) => (values.length === 0 ? undefined : values);
  const link = fieldId(key, 'Related');
  const valid = { isValid: true, referencedFieldIds: [link] };
  return [
    {
      name: 'Notes',
      type: 'multilineText',
      value: (index) => (index % 3 ? `${topic(key, index)}\nsecond line` : undefined),
    },
    {
      name: 'Brief',
      type: 'richText',
      value: (index) => (index % 4 ? `**${topic(key, index)}** and more\n` : undefined),
    },
    {
      name: 'Phone',
      type: 'phoneNumber',
      value: (index) => (index % 5 ? `+44 20 7946 0${100 + (index % 900)}` : undefined),
    },
    { name: 'Site', type: 'url', value: (index) => `https://site-${index}.example` },
    { name: 'Seats', type: 'number', options: { precision: 0 }, value: (index) => index % 12 },
    { name: 'Progress', type: 'percent', options: { precision: 0 }, value: (index) => (index % 5) / 4 },
    {
      name: 'Rating',
      type: 'rating',
      options: { max: 5, icon: 'star', color: 'yellowBright' },
      value: (index) => index % 6 || undefined,
    },
    { name: 'Effort', type: 'duration', options: { durationFormat: 'h:mm' }, value: (index) => (index % 9) * 1800 },
    { name: 'Meets', type: 'dateTime', options: dateTime, value: (_, { created }) => moment(created) },
    {
      name: 'Lead',
      type: 'singleCollaborator',
      value: (index) => (index % 3 ? collaborator(key, index % 7) : undefined),
    },
    {
      name: 'Team',
      type: 'multipleCollaborators',
      value: (index) => (index % 2 ? [collaborator(key, index % 7), collaborator(key, 7)] : undefined),
    },
    {
      name: 'Related',
      type: 'multipleRecordLinks',
      options: { linkedTableId: linked.id, isReversed: false, prefersSingleRecordLink: false },
      value: (index) => some(linkedTo(index).map((one) => airtableIds.encode('rec', linked.key, one))),
    },
    {
      name: 'Names of related',
      type: 'multipleLookupValues',
      options: {
        isValid: true,
        recordLinkFieldId: link,
        fieldIdInLinkedTable: linked.nameFieldId,
        result: { type: 'singleLineText' },
      },
      value: (index) => some(names(index)),
    },
    {
      name: 'Related count',
      type: 'count',
      options: { isValid: true, recordLinkFieldId: link },
      value: (index) => linkedTo(index).length,
    },
    {
      name: 'First of related',
      type: 'rollup',
      options: {
        ...valid,
        recordLinkFieldId: link,
        fieldIdInLinkedTable: linked.nameFieldId,
        result: { type: 'singleLineText' },
      },
      value: (index) => names(index)[0] ?? undefined,
    },
    {
      name: 'Label',
      type: 'formula',
      options: { ...valid, formula: 'IF({Seats}, {Name}, ERROR())', result: { type: 'singleLineText' } },
      value: (index) => (index % 12 ? `#${index}` : { error: '#ERROR!' }),
    },
    {
      name: 'Ratio',
      type: 'formula',
      options: { ...valid, formula: '{Seats} / {Rating}', result: { type: 'number', options: { precision: 2 } } },
      value: (index) => (index % 6 ? (index % 12) / (index % 6) : { specialValue: index % 12 ? 'Infinity' : 'NaN' }),
    },
    { name: 'No', type: 'autoNumber', value: (index) => index + 1 },
    {
      name: 'Code',
      type: 'barcode',
      value: (index) =>
        index % 8 ? { text: String(4_006_381_000_000 + index), ...(index % 2 ? { type: 'ean13' } : {}) } : undefined,
    },
    { name: 'Open', type: 'button', value: (index) => ({ label: 'Open', url: `https://site-${index}.example/open` }) },
    {
      name: 'Made',
      type: 'createdTime',
      options: { result: { type: 'dateTime', options: dateTime } },
      value: (_, { created }) => moment(created),
    },
    {
      name: 'Edited',
      type: 'lastModifiedTime',
      options: { isValid: true, referencedFieldIds: [], result: { type: 'dateTime', options: dateTime } },
      value: (_, { modified }) => moment(modified),
    },
    { name: 'Maker', type: 'createdBy', value: (index) => collaborator(key, index % 7) },
    // The name and the address are missing where the person has left.
    {
      name: 'Editor',
      type: 'lastModifiedBy',
      value: (index) => (index % 10 ? collaborator(key, index % 5) : { id: collaborator(key, 9).id }),
    },
    {
      name: 'Summary',
      type: 'aiText',
      options: { prompt: ['Summarize'], referencedFieldIds: [] },
      value: (index) =>
        index % 4
          ? { state: 'generated', isStale: false, value: `About ${topic(key, index)}` }
          : { state: 'error', isStale: true, value: null, errorType: 'emptyDependency' },
    },
    {
      name: 'Source',
      type: 'externalSyncSource',
      options: { choices: [{ id: airtableIds.encode('sel', key, 99), name: 'Harbor ledger', color: 'cyanLight2' }] },
      value: () => 'Harbor ledger',
    },
  ];
}
