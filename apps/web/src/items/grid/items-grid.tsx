import { useCallback, useEffect, useId, useRef, type CSSProperties, type MouseEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Item } from '@causeway/client';
import { texts } from '../../texts.js';
import type { LoadedItems } from '../load/loaded-items.js';
import type { Column } from '../view/columns.js';
import { GridRow } from './grid-row.js';
import styles from './items-grid.module.css';
import { useGridKeys } from './use-grid-keys.js';

interface ItemsGridProps {
  items: LoadedItems;
  order: readonly number[];
  /** Of `order`: another one scrolls to the first row. */
  query: unknown;
  columns: readonly Column[];
  sort: { column: string; descending: boolean } | null;
  labelledBy: string;
  busy: boolean;
  onSort: (column: string) => void;
  onOpen: (item: Item) => void;
  onShowChildren: (item: Item) => void;
}

/** Rows outside the viewport, so that fast scrolling shows no gap. */
const OVERSCAN = 6;

const LINK_WIDTH = 56;

/**
 * A virtualized grid. The grid element itself keeps the focus and names the active cell in `aria-activedescendant`, because a focused row
 * would lose the focus when it scrolls out of view.
 */
export function ItemsGrid(props: ItemsGridProps) {
  const { items, order, query, columns, sort, labelledBy, busy, onSort, onOpen, onShowChildren } = props;
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowHeight = useRowHeight();
  // eslint-disable-next-line react-hooks/incompatible-library -- it is mutable, so a compiler must not memoize here
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
  const activate = (row: number, cell: number) => {
    const item = itemAt(row);
    if (item === undefined) {
      const column = columns[cell];
      if (row === -1 && column !== undefined) onSort(column.id);
    } else if (cell === columns.length && item.url !== null) {
      frame.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-action="link"]`)?.click();
    } else onOpen(item);
  };
  const { active, onKeyDown, moveTo } = useGridKeys({
    rows: order.length,
    cells: columns.length + 1,
    pageLength: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2),
    onActivate: activate,
    onShowChildren: (row) => {
      const item = itemAt(row);
      if (item !== undefined && items.childCount(item) > 0) showChildren(item);
    },
    onMove: (row, cell) => {
      if (row >= 0) virtual.scrollToIndex(row);
      if (frame.current !== null) scrollToColumn(frame.current, cell);
    },
  });

  const showChildren = (item: Item) => {
    onShowChildren(item);
    moveTo(0, 0);
    // The focused button is removed with its row.
    frame.current?.focus({ preventScroll: true });
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const head = target.closest('[data-head]')?.getAttribute('data-head');
    if (head != null) {
      moveTo(-1, Number(head));
      return activate(-1, Number(head));
    }
    const row = Number(target.closest('[data-row]')?.getAttribute('data-row') ?? -1);
    const item = itemAt(row);
    if (item === undefined) return;
    moveTo(row, active.cell);
    const action = target.closest('[data-action]')?.getAttribute('data-action');
    if (action === 'children') showChildren(item);
    else if (action !== 'link') onOpen(item);
  };

  useEffect(() => {
    if (frame.current !== null) frame.current.scrollTop = 0;
  }, [query]);

  const cellId = useCallback((row: number, cell: number) => `${id}-${row}-${cell}`, [id]);
  const virtualRows = virtual.getVirtualItems();
  const variables = {
    '--columns': template(columns),
    '--width': `${widthOf(columns)}px`,
    '--rows': order.length,
  } as CSSProperties;
  const slots = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 2 * OVERSCAN + 2;
  // In reading order, except while scrolling: moving elements in the document would cost more than anything else.
  const rendered = virtual.isScrolling
    ? [...virtualRows].sort((one, other) => (one.index % slots) - (other.index % slots))
    : virtualRows;
  const isNarrow = (virtual.scrollRect?.width ?? 0) < widthOf(columns);
  const isActiveRendered = active.row === -1 || virtualRows.some(({ index }) => index === active.row);
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
      aria-activedescendant={isActiveRendered ? cellId(active.row, active.cell) : undefined}
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
          <span className="visually-hidden">{texts.items.link}</span>
        </div>
      </div>
      <div role="rowgroup" className={styles['body']} style={{ height: virtual.getTotalSize() - rowHeight }}>
        {rendered.map(({ index, start }) => {
          const item = itemAt(index);
          return item === undefined ? null : (
            <GridRow
              // Reuses the elements of rows that scrolled out of view.
              key={index % slots}
              item={item}
              index={index}
              offset={start - rowHeight}
              columns={columns}
              childCount={items.childCount(item)}
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

/** Scrolls to a column; on wide screens, the first one is sticky and covers others. */
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

/** Larger for touch. The style sheet has the same heights. */
function useRowHeight(): number {
  return window.matchMedia('(pointer: coarse)').matches ? 48 : 40;
}
