import { memo } from 'react';
import type { Item } from '@causeway/client';
import { format } from '@causeway/client/texts';
import type { ItemColumn } from '../items/item-columns.js';
import { isNamed, nameOf, visible } from '../items/item-name.js';
import { hasLink } from '../items/loaded-items.js';
import { chevronIcon, folderIcon, infoIcon, openIcon } from './grid-icons.js';
import type { ItemsGridTexts } from './grid-texts.js';

interface GridRowProps {
  item: Item;
  /** From 0, without the header. */
  index: number;
  /** Pixels from the top of the first row. */
  offset: number;
  columns: readonly ItemColumn[];
  hasActions: boolean;
  opens: 'contents' | 'children' | null;
  childCount: number;
  /** With a link to the item at the provider. */
  linked: boolean;
  /** The index of the active cell; -1: it is in another row. */
  active: number;
  cellId: (row: number, cell: number) => string;
  texts: ItemsGridTexts;
}

/** The grid handles the clicks, by `data-row` and `data-action`: a row that mounts adds no listeners. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { item, index, offset, columns, hasActions, opens, linked, active, cellId, texts } = props;
  const last = columns.length;
  const name = nameOf(item);
  const activeClass = (cell: number) => (cell === active ? 'causeway-grid-active' : '');
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      className={active < 0 ? 'causeway-grid-row' : 'causeway-grid-row causeway-grid-current'}
      style={{ top: offset }}
    >
      {columns.map((column, cell) => (
        <div
          key={column.id}
          role={cell === 0 ? 'rowheader' : 'gridcell'}
          id={cell === active ? cellId(index, cell) : undefined}
          aria-colindex={cell + 1}
          dir={cell === 0 ? undefined : 'auto'}
          className={`causeway-grid-cell ${cell === 0 ? 'causeway-grid-first' : ''} ${activeClass(cell)}`}
        >
          {cell === 0 ? <Name {...props} /> : visible(column.text(item))}
        </div>
      ))}
      {hasActions && (
        <div
          role="gridcell"
          id={active === last ? cellId(index, last) : undefined}
          aria-colindex={last + 1}
          className={`causeway-grid-cell causeway-grid-actions ${activeClass(last)}`}
        >
          {opens === 'contents' && (
            <button type="button" {...action('details', format(texts.detailsOf, { name }), texts.details)}>
              {infoIcon}
            </button>
          )}
          {linked && item.url !== null && hasLink(item) && (
            <a
              href={item.url}
              target="_blank"
              rel="noreferrer"
              {...action('link', format(texts.openItem, { name }), texts.open)}
            >
              {openIcon}
            </a>
          )}
        </div>
      )}
    </div>
  );
});

function Name({ item, opens, childCount, texts }: Pick<GridRowProps, 'item' | 'opens' | 'childCount' | 'texts'>) {
  const count = childCount.toLocaleString();
  const label = format(childCount === 1 ? texts.showOnlyChild : texts.showChildren, { name: nameOf(item), count });
  return (
    <>
      {opens === 'contents' && <span className="causeway-grid-secondary">{folderIcon}</span>}
      <span dir="auto" className={`causeway-grid-text ${isNamed(item) ? '' : 'causeway-grid-untitled'}`}>
        {nameOf(item)}
      </span>
      {!item.visibility && <span className="causeway-grid-chip">{texts.archived}</span>}
      {opens === 'contents' && <span className="causeway-grid-secondary">{chevronIcon}</span>}
      {opens === 'children' && (
        <button type="button" {...action('children', label)}>
          {folderIcon}
          {count}
          {chevronIcon}
        </button>
      )}
    </>
  );
}

/** What a button or a link in a row has. `Tab` passes it by: keys of the grid do the same. */
const action = (name: 'details' | 'link' | 'children', label: string, title = label) => ({
  tabIndex: -1,
  className: name === 'children' ? 'causeway-grid-action causeway-grid-children' : 'causeway-grid-action',
  'data-action': name,
  'aria-label': label,
  title,
});
