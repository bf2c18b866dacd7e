import { airtableIds } from '../data/ids.js';

/** `modified` is `null` for a record that nobody has edited since it was made. */
export interface RecordTimes {
  created: number;
  modified: number | null;
}

export interface Column {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly options?: object;
  /** Cell of record N; undefined when empty, and then the field is missing from the record. */
  value(index: number, times: RecordTimes): unknown;
}

/** Without the id, which follows from where the field is. */
export type ColumnDraft = Omit<Column, 'id'>;

/** @param key of the table */
export const fieldId = (key: string, name: string): string => airtableIds.encode('fld', `${key}/${name}`, 0);
