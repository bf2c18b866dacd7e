import type { IntegrationDetails, Item } from '@causeway/client';
import { nameOf } from './item-name.js';
import { placeOf, type LoadedItems } from './loaded-items.js';

/** An item that was opened: the shown items are in it. */
export interface ItemContainer {
  type: string;
  /** The `parent` of a load, where the type has contents to load; otherwise the place of the item among the loaded ones. */
  place: string;
  /** For a page that shows what is in it, and has not loaded the item itself. */
  name: string;
}

const contentsOf = ({ itemTypeDetails }: IntegrationDetails, type: string) =>
  itemTypeDetails.find((details) => details.type === type)?.contents;

/** What is in an item: `contents` can be loaded, `children` were loaded with it; `null`: nothing is known to be in it. */
export function opens(integration: IntegrationDetails, items: LoadedItems, item: Item): 'contents' | 'children' | null {
  if (item.directory && contentsOf(integration, item.type)) return 'contents';
  return items.childCount(item) > 0 ? 'children' : null;
}

/** `null`: nothing is known to be in the item. */
export function containerOf(integration: IntegrationDetails, items: LoadedItems, item: Item): ItemContainer | null {
  const { type } = item;
  const name = nameOf(item);
  switch (opens(integration, items, item)) {
    case 'contents': {
      const { parent = '' } = contentsOf(integration, type) ?? {};
      const place = parent.replace(/\{(id|driveId)\}/g, (_, field: 'id' | 'driveId') => item[field] ?? '');
      return { type, place, name };
    }
    case 'children':
      return { type, place: placeOf(item), name };
    case null:
      return null;
  }
}

/**
 * What to load and show inside of containers, outermost first: the `parent` and the `types` of the load, and the `place` of the loaded item
 * whose children are shown (`null`: all that is loaded).
 */
export function scopeOf(integration: IntegrationDetails, containers: readonly ItemContainer[]) {
  const last = containers.at(-1);
  const listed = containers.findLast(({ type }) => contentsOf(integration, type));
  const contents = listed && contentsOf(integration, listed.type);
  const types = integration.itemTypeDetails.filter(({ type, parentRequired }) =>
    contents ? contents.types.includes(type) : !parentRequired,
  );
  return { parent: listed?.place ?? '', place: last === listed ? null : (last?.place ?? null), types };
}
