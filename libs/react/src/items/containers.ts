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

/** Whether a row of the grid has a button or a link at its end. Mock providers have no pages of their items. */
export const hasActionsIn = (integration: IntegrationDetails, items: LoadedItems): boolean =>
  (!integration.sandbox && items.links > 0) ||
  integration.itemTypeDetails.some(({ type, contents }) => contents && (items.directories.get(type) ?? 0) > 0);

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
 * What the item is opened with: the loaded ancestors below the innermost of the open containers, and the item itself. None where nothing is
 * known to be in the item.
 */
export function containersTo(
  integration: IntegrationDetails,
  items: LoadedItems,
  open: readonly ItemContainer[],
  item: Item,
): ItemContainer[] {
  const kind = opens(integration, items, item);
  // What is in an ancestor with contents to load replaces the loaded children.
  const path = items
    .pathTo(item)
    .filter((ancestor) => kind === 'contents' || opens(integration, items, ancestor) === kind);
  const found = [...path, item].flatMap((one) => containerOf(integration, items, one) ?? []);
  const innermost = found.findLastIndex(({ place }) => place === open.at(-1)?.place);
  return kind === null ? [] : found.slice(innermost + 1);
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
