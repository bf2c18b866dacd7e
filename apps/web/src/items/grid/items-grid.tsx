import { useCallback, useEffect, useId, useRef, type CSSProperties, type MouseEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Item } from '@causeway/client';
import { texts } from '../../texts.js';
import type { LoadedItems } from '../load/loaded-items.js';
import type { Column } from '../view/columns.js';
import { GridRow } from './grid-row.js';
import styles from './items-grid.module.css';
import { VisuallyHidden } from '../../layout/visually-hidden.js';
import { useGridKeys } from './use-grid-keys.js';

interface ItemsGridProps {
  items: LoadedItems;
  order: readonly number[];
  /** What it is the order of: with another one it begins at its first row. */
  orderOf: unknown;
  columns: readonly Column[];
  sort: { column: string; descending: boolean } | null;
  labelledBy: string;
  busy: boolean;
  onSort: (column: string) => void;
  onOpen: (item: Item) => void;
  onLookInto: (item: Item) => void;
}

/** Enough rows beyond the edge that a flick shows none empty. */
const OVERSCAN = 6;

const LINK_WIDTH = 56;

/**
 * Only the rows in sight are there, whatever their number. The grid itself keeps the focus and says which cell is meant
 * (`aria-activedescendant`): a row that scrolls away takes no focus with it.
 */
export function ItemsGrid(props: ItemsGridProps) {
  const { items, order, orderOf, columns, sort, labelledBy, busy, onSort, onOpen, onLookInto } = props;
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowHeight = useRowHeight();
  // eslint-disable-next-line react-hooks/incompatible-library -- it changes within, so nothing here may be memoized by a compiler
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    paddingStart: rowHeight,
    scrollPaddingStart: rowHeight,
    useFlushSync: false,
  });

  const itemAt = (row: number): Item | undefined => items.rows[order[row] ?? -1];
  const act = (row: number, cell: number) => {
    const item = itemAt(row);
    if (item === undefined) {
      const column = columns[cell];
      if (row === -1 && column !== undefined) onSort(column.id);
    } else if (cell === columns.length && item.url !== null) {
      frame.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-do="link"]`)?.click();
    } else onOpen(item);
  };
  const { active, onKeyDown, moveTo } = useGridKeys({
    rows: order.length,
    cells: columns.length + 1,
    page: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2),
    onAct: act,
    onEnter: (row) => {
      const item = itemAt(row);
      if (item !== undefined && items.childrenOf(item.id) > 0) lookInto(item);
    },
    onMove: (row, cell) => {
      if (row >= 0) virtual.scrollToIndex(row);
      if (frame.current !== null) scrollToColumn(frame.current, cell);
    },
  });

  const lookInto = (item: Item) => {
    onLookInto(item);
    moveTo(0, 0);
    // The button in the row goes with the row.
    frame.current?.focus({ preventScroll: true });
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const head = target.closest('[data-head]')?.getAttribute('data-head');
    if (head != null) {
      moveTo(-1, Number(head));
      return act(-1, Number(head));
    }
    const row = Number(target.closest('[data-row]')?.getAttribute('data-row') ?? -1);
    const item = itemAt(row);
    if (item === undefined) return;
    moveTo(row, active.cell);
    const what = target.closest('[data-do]')?.getAttribute('data-do');
    if (what === 'look-in') lookInto(item);
    else if (what !== 'link') onOpen(item);
  };

  useEffect(() => {
    if (frame.current !== null) frame.current.scrollTop = 0;
  }, [orderOf]);

  const cellId = useCallback((row: number, cell: number) => `${id}-${row}-${cell}`, [id]);
  const shown = virtual.getVirtualItems();
  const variables = {
    '--columns': template(columns),
    '--width': `${widthOf(columns)}px`,
    '--rows': order.length,
  } as CSSProperties;
  const places = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 2 * OVERSCAN + 2;
  // In the order of reading; but while rows fly by, elements that change places would cost more than all else.
  const drawn = virtual.isScrolling
    ? [...shown].sort((one, other) => (one.index % places) - (other.index % places))
    : shown;
  const isNarrow = (virtual.scrollRect?.width ?? 0) < widthOf(columns);
  const isThere = active.row === -1 || shown.some(({ index }) => index === active.row);
  return (
    <div
      ref={frame}
      role="grid"
      tabIndex={0}
      aria-labelledby={labelledBy}
      aria-describedby={`${id}-help`}
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length + 1}
      aria-busy={busy}
      aria-activedescendant={isThere ? cellId(active.row, active.cell) : undefined}
      className={isNarrow ? `${styles['frame']} ${styles['narrow']}` : styles['frame']}
      style={variables}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <span id={`${id}-help`} hidden>
        {texts.items.gridHelp}
      </span>
      <div role="row" aria-rowindex={1} className={styles['header']}>
        {columns.map(({ id: column, label }, cell) => (
          <div
            key={column}
            role="columnheader"
            id={cellId(-1, cell)}
            data-head={cell}
            aria-colindex={cell + 1}
            aria-sort={sort?.column !== column ? 'none' : sort.descending ? 'descending' : 'ascending'}
            className={`${styles['cell']} ${styles['sortable']} ${cell === 0 ? styles['first'] : ''} ${
              active.row === -1 && active.cell === cell ? styles['active'] : ''
            }`}
          >
            <span className={styles['text']}>{label}</span>
            {sort?.column === column ? <span aria-hidden>{sort.descending ? '↓' : '↑'}</span> : null}
          </div>
        ))}
        <div
          role="columnheader"
          id={cellId(-1, columns.length)}
          aria-colindex={columns.length + 1}
          className={`${styles['cell']} ${active.row === -1 && active.cell === columns.length ? styles['active'] : ''}`}
        >
          <VisuallyHidden>{texts.items.link}</VisuallyHidden>
        </div>
      </div>
      <div role="rowgroup" className={styles['body']} style={{ height: virtual.getTotalSize() - rowHeight }}>
        {drawn.map(({ index, start }) => {
          const item = itemAt(index);
          return item === undefined ? null : (
            <GridRow
              // A row that left lends its elements to one that comes: that costs less than new ones.
              key={index % places}
              item={item}
              at={index}
              offset={start - rowHeight}
              columns={columns}
              inside={items.childrenOf(item.id)}
              active={index === active.row ? active.cell : -1}
              cellId={cellId}
            />
          );
        })}
      </div>
    </div>
  );
}

const template = (columns: readonly Column[]): string =>
  [...columns.map(({ width, id }) => `minmax(${width}px, ${id === 'name' ? 2 : 1}fr)`), `${LINK_WIDTH}px`].join(' ');

const widthOf = (columns: readonly Column[]): number => columns.reduce((sum, { width }) => sum + width, LINK_WIDTH);

/** Beside the first column, which stays where it is on wide screens. */
function scrollToColumn(frame: HTMLElement, cell: number): void {
  const heads = frame.querySelectorAll<HTMLElement>('[role="columnheader"]');
  const [first, head] = [heads[0], heads[cell]];
  if (first === undefined || head === undefined || cell === 0) {
    frame.scrollLeft = 0;
    return;
  }
  const covered = getComputedStyle(first).position === 'sticky' ? first.offsetWidth : 0;
  const left = head.offsetLeft - covered;
  const right = head.offsetLeft + head.offsetWidth - frame.clientWidth;
  frame.scrollLeft = Math.min(left, Math.max(right, frame.scrollLeft));
}

/** A finger needs more than a mouse. The style sheet says the same. */
function useRowHeight(): number {
  return window.matchMedia('(pointer: coarse)').matches ? 48 : 40;
}
