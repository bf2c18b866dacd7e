import { optional, readArray, readObject, readString, type JsonObject } from '@causeway/http-client';
import { IntegrationItem } from '../integration.js';

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
  fields: { id: string; name: string; type: string | null }[];
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
    fields: readArray(table['fields'] ?? [], 'fields').map((entry) => {
      const field = readObject(entry, 'fields');
      const id = readString(field['id'], 'id');
      return { id, name: optional.string(field['name']) ?? id, type: optional.string(field['type']) };
    }),
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
    properties: { description, fields: fields.map((field) => field.name) },
  });
}

export function recordToItem(record: JsonObject, table: Table, base: Base): IntegrationItem {
  const id = readString(record['id'], 'id');
  const values = optional.object(record['fields']);
  const primary = table.fields.find((field) => field.id === table.primaryFieldId);
  const name = primary === undefined ? null : values[primary.name];
  return IntegrationItem.of({
    id,
    type: 'record',
    name: typeof name === 'string' || typeof name === 'number' ? String(name) : null,
    parentId: table.id,
    parentPathOrName: [base.name, table.name].filter((part) => part !== null).join(' / ') || null,
    creationTime: optional.time(record['createdTime']),
    url: `${WEB}/${base.id}/${table.id}/${id}`,
    properties: values,
  });
}
