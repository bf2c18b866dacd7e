import { optional, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem } from '../integration.js';
import { nameFrom } from '../text.js';
import { cellText } from './airtable.cell-text.js';

const WEB = 'https://airtable.com';

export interface Base {
  id: string;
  name: string | null;
  permissionLevel: string | null;
}

export interface Table {
  id: string;
  name: string | null;
  description: string | null;
  primaryFieldId: string | null;
  fields: Field[];
}

export interface Field {
  id: string;
  name: string;
  type: string | null;
  /** Of a field with links to records: the table that they are in, which is of the same base. */
  linkedTableId: string | null;
  /** Holds when any field of the record was changed last. */
  isLastModifiedTime: boolean;
}

export function readBase(base: JsonObject): Base {
  return {
    id: readString(base['id'], 'id'),
    name: optional.string(base['name']),
    permissionLevel: optional.string(base['permissionLevel']),
  };
}

export function readTable(table: JsonObject): Table {
  return {
    id: readString(table['id'], 'id'),
    name: optional.string(table['name']),
    description: optional.string(table['description']),
    primaryFieldId: optional.string(table['primaryFieldId']),
    fields: optional.array(table['fields']).flatMap((field) => readField(optional.object(field))),
  };
}

function readField(field: JsonObject): Field | [] {
  const id = optional.string(field['id']);
  if (id === null) return [];
  const type = optional.string(field['type']);
  const options = optional.object(field['options']);
  return {
    id,
    name: optional.string(field['name']) ?? id,
    type,
    linkedTableId: type === 'multipleRecordLinks' ? optional.string(options['linkedTableId']) : null,
    // One that watches certain fields only is older than the record's last change.
    isLastModifiedTime: type === 'lastModifiedTime' && optional.array(options['referencedFieldIds']).length === 0,
  };
}

export function baseToItem({ id, name, permissionLevel }: Base): IntegrationItem {
  return IntegrationItem.of({
    id,
    type: 'base',
    name,
    directory: true,
    url: `${WEB}/${id}`,
    properties: { permissionLevel },
  });
}

export function tableToItem({ id, name, description, fields }: Table, base: Base): IntegrationItem {
  return IntegrationItem.of({
    id,
    type: 'table',
    name,
    directory: true,
    parentId: base.id,
    parentPathOrName: base.name,
    url: `${WEB}/${base.id}/${id}`,
    driveId: base.id,
    properties: { description, fields: fields.map((field) => field.name) },
  });
}

/** What the records of one table have in common. */
export function recordMapper(table: Table, base: Base): (record: JsonObject) => IntegrationItem {
  const primary = table.fields.find(({ id }) => id === table.primaryFieldId);
  const modified = table.fields.filter(({ isLastModifiedTime }) => isLastModifiedTime);
  const parentPathOrName = [base.name, table.name].filter((part) => part !== null).join(' / ') || null;
  return (record) => {
    const id = readString(record['id'], 'id');
    const properties = optional.object(record['fields']);
    return IntegrationItem.of({
      id,
      type: 'record',
      name: primary === undefined ? null : nameFrom(cellText(properties[primary.name])),
      parentId: table.id,
      parentPathOrName,
      creationTime: optional.time(record['createdTime']),
      lastModifiedTime: modified.length === 0 ? null : lastTime(modified.map(({ name }) => properties[name])),
      url: `${WEB}/${base.id}/${table.id}/${id}`,
      driveId: base.id,
      properties,
    });
  };
}

/** A field that is shown as a date loses the time of day: it says too little of when the record was changed. */
function lastTime(values: readonly unknown[]): string | null {
  const times = values.filter((value) => typeof value === 'string' && value.includes('T')).map(optional.time);
  return (
    times
      .filter((time) => time !== null)
      .sort()
      .at(-1) ?? null
  );
}
