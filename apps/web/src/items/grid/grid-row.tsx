import { memo, type CSSProperties } from 'react';
import type { Item } from '@causeway/client';
import { plainFolderIcon, plainIntoIcon, plainOpenIcon } from '../../icons.js';
import { texts } from '../../texts.js';
import type { Column } from '../view/columns.js';
import styles from './items-grid.module.css';

export interface GridRowProps {
  item: Item;
  /** From 0, without the header. */
  at: number;
  /** Pixels below the first one. */
  offset: number;
  columns: readonly Column[];
  /** How many loaded items are in it. */
  inside: number;
  /** The number of the cell that the arrow keys are at; -1: none of this row. */
  active: number;
  cellId: (row: number, cell: number) => string;
}

/** One row. Its clicks are heard by the grid, by `data-row` and `data-do`: no listener comes and goes with a row. */
export const GridRow = memo(function GridRow({ item, at, offset, columns, inside, active, cellId }: GridRowProps) {
  const style: CSSProperties = { top: offset };
  const last = columns.length;
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      data-row={at}
      className={active < 0 ? styles['row'] : `${styles['row']} ${styles['current']}`}
      style={style}
    >
      {columns.map((column, cell) => (
        <div
          key={column.id}
          role={cell === 0 ? 'rowheader' : 'gridcell'}
          id={cell === active ? cellId(at, cell) : undefined}
          aria-colindex={cell + 1}
          className={`${styles['cell']} ${cell === 0 ? styles['first'] : ''} ${cell === active ? styles['active'] : ''}`}
        >
          {column.id === 'name' ? <Name item={item} inside={inside} /> : column.text(item)}
        </div>
      ))}
      <div
        role="gridcell"
        id={active === last ? cellId(at, last) : undefined}
        aria-colindex={last + 1}
        className={`${styles['cell']} ${active === last ? styles['active'] : ''}`}
      >
        {item.url !== null && /^https?:/.test(item.url) ? (
          <a
            href={item.url}
            target="_blank"
            rel="noreferrer"
            tabIndex={-1}
            className={styles['action']}
            data-do="link"
            aria-label={texts.items.openItem(nameOf(item))}
            title={texts.items.open}
          >
            {plainOpenIcon}
          </a>
        ) : null}
      </div>
    </div>
  );
});

function Name({ item, inside }: { item: Item; inside: number }) {
  const named = item.name !== null && item.name !== '';
  return (
    <>
      {item.directory && inside === 0 ? <span className={styles['quiet']}>{plainFolderIcon}</span> : null}
      <span className={named ? styles['text'] : `${styles['text']} ${styles['unnamed']}`}>{nameOf(item)}</span>
      {item.visibility ? null : <span className={styles['chip']}>{texts.items.hidden}</span>}
      {inside > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles['action']} ${styles['into']}`}
          data-do="look-in"
          aria-label={texts.items.lookInto(nameOf(item), inside)}
          title={texts.items.lookInto(nameOf(item), inside)}
        >
          {plainFolderIcon}
          {inside.toLocaleString()}
          {plainIntoIcon}
        </button>
      ) : null}
    </>
  );
}

export const nameOf = ({ name }: Item): string => (name === null || name === '' ? texts.items.unnamed : name);
