import { memo } from 'react';
import type { Item } from '@causeway/client';
import { plainFolderIcon, plainChevronIcon, plainOpenIcon } from '../../icons.js';
import { texts } from '../../texts.js';
import type { Column } from '../view/columns.js';
import styles from './items-grid.module.css';

interface GridRowProps {
  item: Item;
  /** From 0, without the header. */
  index: number;
  /** Pixels from the top of the first row. */
  offset: number;
  columns: readonly Column[];
  childCount: number;
  /** The index of the active cell; -1: it is in another row. */
  active: number;
  cellId: (row: number, cell: number) => string;
}

/** The grid handles the clicks, by `data-row` and `data-action`: a row that mounts adds no listeners. */
export const GridRow = memo(function GridRow({
  item,
  index,
  offset,
  columns,
  childCount,
  active,
  cellId,
}: GridRowProps) {
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
          className={`${styles['cell']} ${cell === 0 ? styles['first'] : ''} ${cell === active ? styles['active'] : ''}`}
        >
          {column.id === 'name' ? <Name item={item} childCount={childCount} /> : column.text(item)}
        </div>
      ))}
      <div
        role="gridcell"
        id={active === last ? cellId(index, last) : undefined}
        aria-colindex={last + 1}
        className={`${styles['cell']} ${active === last ? styles['active'] : ''}`}
      >
        {item.url !== null && /^https?:/.test(item.url) && (
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

function Name({ item, childCount }: Pick<GridRowProps, 'item' | 'childCount'>) {
  const isNamed = item.name !== null && item.name !== '';
  const label = texts.items.showChildrenOf(nameOf(item), childCount);
  return (
    <>
      {item.directory && childCount === 0 && <span className={styles['secondary']}>{plainFolderIcon}</span>}
      <span className={isNamed ? styles['text'] : `${styles['text']} ${styles['unnamed']}`}>{nameOf(item)}</span>
      {!item.visibility && <span className={styles['chip']}>{texts.items.archived}</span>}
      {childCount > 0 && (
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

export const nameOf = ({ name }: Item): string => name || texts.items.unnamed;
