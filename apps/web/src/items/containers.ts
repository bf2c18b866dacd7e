import type { IntegrationDetails, Item } from '@causeway/client';
import { nameOf } from './item-name.js';
import { placeOf, type LoadedItems } from './load/loaded-items.js';

/** An item that was opened: the shown items are in it. */
export interface Container {
  type: string;
  /** The `parent` of a load, where the type has contents to load; otherwise the place of the item among the loaded ones. */
  place: string;
  /** So that a link to what is in it can show it. */
  name: string;
}

export const itemTypeOf = ({ itemTypeDetails }: IntegrationDetails, type: string) =>
  itemTypeDetails.find((details) => details.type === type);

/** `null`: nothing is known to be in it. */
export function containerOf(integration: IntegrationDetails, items: LoadedItems, item: Item): Container | null {
  const contents = item.directory ? itemTypeOf(integration, item.type)?.contents : null;
  const { type } = item;
  const name = nameOf(item);
  if (contents) {
    const place = contents.parent.replace(/\{(id|driveId)\}/g, (_, field: 'id' | 'driveId') => item[field] ?? '');
    return { type, place, name };
  }
  return items.childCount(item) > 0 ? { type, place: placeOf(item), name } : null;
}

/** As the address has it. */
export const containerParam = ({ type, place, name }: Container): string => `${type} ${place} ${name}`;

/** What the containers select: what is loaded, and which of it is shown. */
export function scopeOf(integration: IntegrationDetails, params: readonly string[]) {
  const containers = params.flatMap(parse);
  const last = containers.at(-1);
  const listed = containers.findLast(({ type }) => itemTypeOf(integration, type)?.contents);
  const contents = listed && itemTypeOf(integration, listed.type)?.contents;
  const types = integration.itemTypeDetails.filter(({ type, parentRequired }) =>
    contents ? contents.types.includes(type) : !parentRequired,
  );
  return { containers, parent: listed?.place ?? '', place: last === listed ? null : (last?.place ?? null), types };
}

function parse(param: string): Container | [] {
  const [, type, place, name] = /^(\S+) (\S+) (.*)$/s.exec(param) ?? [];
  return type === undefined || place === undefined ? [] : { type, place, name: name || place };
}
