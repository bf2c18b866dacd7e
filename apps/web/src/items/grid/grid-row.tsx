import { memo } from 'react';
import type { Item } from '@causeway/client';
import { isNamed, nameOf, visible, type ItemColumn } from '@causeway/react';
import { plainFolderIcon, plainChevronIcon, plainInfoIcon, plainOpenIcon } from '../../icons.js';
import { texts } from '../../texts.js';
import styles from './items-grid.module.css';

/** What is in an item: `contents` can be loaded, `children` were loaded with it. */
export type Opens = 'contents' | 'children' | null;

interface GridRowProps {
  item: Item;
  /** From 0, without the header. */
  index: number;
  /** Pixels from the top of the first row. */
  offset: number;
  columns: readonly ItemColumn[];
  opens: Opens;
  childCount: number;
  /** With a link to the item at the provider. */
  linked: boolean;
  /** The index of the active cell; -1: it is in another row. */
  active: number;
  cellId: (row: number, cell: number) => string;
}

/** The grid handles the clicks, by `data-row` and `data-action`: a row that mounts adds no listeners. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { item, index, offset, columns, opens, childCount, linked, active, cellId } = props;
  const last = columns.length;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      className={active < 0 ? styles['row'] : `${styles['row']} ${styles['current']}`}
      style={{ top: offset }}
    >
      {columns.map((column, cell) => (
        <div
          key={column.id}
          role={cell === 0 ? 'rowheader' : 'gridcell'}
          id={cell === active ? cellId(index, cell) : undefined}
          aria-colindex={cell + 1}
          dir={cell === 0 ? undefined : 'auto'}
          className={`${styles['cell']} ${cell === 0 ? styles['first'] : ''} ${cell === active ? styles['active'] : ''}`}
        >
          {cell === 0 ? <Name item={item} opens={opens} childCount={childCount} /> : visible(column.text(item))}
        </div>
      ))}
      <div
        role="gridcell"
        id={active === last ? cellId(index, last) : undefined}
        aria-colindex={last + 1}
        className={`${styles['cell']} ${styles['actions']} ${active === last ? styles['active'] : ''}`}
      >
        {opens === 'contents' && (
          <button
            type="button"
            tabIndex={-1}
            className={styles['action']}
            data-action="details"
            aria-label={texts.items.detailsOf(nameOf(item))}
            title={texts.items.details}
          >
            {plainInfoIcon}
          </button>
        )}
        {linked && item.url !== null && /^https?:/.test(item.url) && (
          <a
            href={item.url}
            target="_blank"
            rel="noreferrer"
            tabIndex={-1}
            className={styles['action']}
            data-action="link"
            aria-label={texts.items.openItem(nameOf(item))}
            title={texts.items.open}
          >
            {plainOpenIcon}
          </a>
        )}
      </div>
    </div>
  );
});

function Name({ item, opens, childCount }: Pick<GridRowProps, 'item' | 'opens' | 'childCount'>) {
  const label = texts.items.showChildrenOf(nameOf(item), childCount);
  return (
    <>
      {opens === 'contents' && <span className={styles['secondary']}>{plainFolderIcon}</span>}
      <span dir="auto" className={isNamed(item) ? styles['text'] : `${styles['text']} ${styles['untitled']}`}>
        {nameOf(item)}
      </span>
      {!item.visibility && <span className={styles['chip']}>{texts.items.archived}</span>}
      {opens === 'contents' && <span className={styles['secondary']}>{plainChevronIcon}</span>}
      {opens === 'children' && (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles['action']} ${styles['children']}`}
          data-action="children"
          aria-label={label}
          title={label}
        >
          {plainFolderIcon}
          {childCount.toLocaleString()}
          {plainChevronIcon}
        </button>
      )}
    </>
  );
}
