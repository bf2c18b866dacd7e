import { useCallback, useEffect, useId, useRef, type CSSProperties, type MouseEvent, type PointerEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Item } from '@causeway/client';
import type { LoadedItems } from '@causeway/react';
import { texts } from '../../texts.js';
import type { ViewState } from '../use-view-state.js';
import { useColumnWidths } from './column-widths.js';
import { GridHeader } from './grid-header.js';
import { GridRow, type Opens } from './grid-row.js';
import styles from './items-grid.module.css';
import { useGridKeys } from './use-grid-keys.js';

interface ItemsGridProps {
  items: LoadedItems;
  order: readonly number[];
  viewState: ViewState;
  /** With links to the items at the provider. */
  linked: boolean;
  busy: boolean;
  /** Takes the focus if nothing else has it. */
  takesFocus: boolean;
  opensOf: (item: Item) => Opens;
  onShowDetails: (item: Item) => void;
  /** Shows what is in the item. */
  onOpen: (item: Item) => void;
}

/** Rows outside the viewport, so that fast scrolling shows no gap. */
const OVERSCAN = 6;

/**
 * A virtualized grid. The grid element itself keeps the focus and names the active cell in `aria-activedescendant`, because a focused row
 * would lose the focus when it scrolls out of view.
 */
export function ItemsGrid(props: ItemsGridProps) {
  const { items, order, viewState, linked, busy, takesFocus, opensOf, onShowDetails, onOpen } = props;
  const { query, visibleColumns: columns, sort, sortBy, widths, resizeColumn, selectColumns } = viewState;
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
  const { template, sum, handle, resizeBy } = useColumnWidths(columns, widths, resizeColumn);
  const move = (from: number, to: number) => {
    // The first column names the row, and stays.
    if (Math.min(from, to) < 1 || Math.max(from, to) >= columns.length) return false;
    const ids = columns.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    selectColumns(ids);
    return true;
  };
  const openOrShow = (item: Item) => (opensOf(item) === 'contents' ? onOpen(item) : onShowDetails(item));
  const activate = (row: number, cell: number) => {
    const item = itemAt(row);
    if (item === undefined) {
      const column = columns[cell];
      if (row === -1 && column !== undefined) sortBy(column.id);
    } else if (cell === columns.length && item.url !== null) {
      frame.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-action="link"]`)?.click();
    } else openOrShow(item);
  };
  const { active, onKeyDown, moveTo } = useGridKeys({
    rows: order.length,
    cells: columns.length + 1,
    pageLength: () => Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 2),
    onActivate: activate,
    onShowDetails: (row) => {
      const item = itemAt(row);
      if (item !== undefined) onShowDetails(item);
    },
    onOpen: (row) => {
      const item = itemAt(row);
      if (item !== undefined && opensOf(item) !== null) open(item);
    },
    onResize: (cell, pixels) => {
      const head = frame.current?.querySelector<HTMLElement>(`[data-head="${cell}"]`);
      const column = columns[cell];
      if (head && column) resizeBy(column.id, head, pixels);
    },
    onReorder: move,
    onMove: (row, cell) => {
      if (row >= 0) virtual.scrollToIndex(row);
      if (frame.current !== null) scrollToColumn(frame.current, cell);
    },
  });

  const open = (item: Item) => {
    onOpen(item);
    moveTo(0, 0);
    // A focused button is removed with its row.
    frame.current?.focus({ preventScroll: true });
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element;
    const head = target.closest('[data-head]')?.getAttribute('data-head');
    if (head != null) {
      if (target.closest('[data-resize]')) return;
      moveTo(-1, Number(head));
      return activate(-1, Number(head));
    }
    const row = Number(target.closest('[data-row]')?.getAttribute('data-row') ?? -1);
    const item = itemAt(row);
    if (item === undefined) return;
    moveTo(row, active.cell);
    const action = target.closest('[data-action]')?.getAttribute('data-action');
    if (action === 'details') onShowDetails(item);
    else if (action === 'children' || (action !== 'link' && opensOf(item) === 'contents')) open(item);
    else if (action !== 'link') onShowDetails(item);
  };

  useEffect(() => {
    const nothingHasFocus = document.activeElement === null || document.activeElement === document.body;
    if (takesFocus && nothingHasFocus) frame.current?.focus({ preventScroll: true });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the grid appears
  }, []);
  useEffect(() => {
    if (frame.current !== null) frame.current.scrollTop = 0;
  }, [query]);

  const cellId = useCallback((row: number, cell: number) => `${id}-${row}-${cell}`, [id]);
  const virtualRows = virtual.getVirtualItems();
  const variables = {
    '--columns': template,
    '--width': `${sum}px`,
    '--rows': order.length,
  } as CSSProperties;
  const slots = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 2 * OVERSCAN + 2;
  // In reading order, except while scrolling: moving elements in the document would cost more than anything else.
  const rendered = virtual.isScrolling
    ? [...virtualRows].sort((one, other) => (one.index % slots) - (other.index % slots))
    : virtualRows;
  const isNarrow = (virtual.scrollRect?.width ?? 0) < sum;
  const isActiveRendered = active.row === -1 || virtualRows.some(({ index }) => index === active.row);
  return (
    <div
      ref={frame}
      role="grid"
      tabIndex={0}
      aria-labelledby="items-title"
      aria-describedby={`${id}-help`}
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length + 1}
      aria-busy={busy}
      aria-activedescendant={isActiveRendered ? cellId(active.row, active.cell) : undefined}
      className={isNarrow ? `${styles['frame']} ${styles['narrow']}` : styles['frame']}
      style={variables}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerOver={showWhole}
    >
      <span id={`${id}-help`} hidden>
        {texts.items.gridHelp}
      </span>
      <GridHeader columns={columns} sort={sort} active={active} cellId={cellId} handle={handle} onReorder={move} />
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
              opens={opensOf(item)}
              childCount={items.childCount(item)}
              linked={linked}
              active={index === active.row ? active.cell : -1}
              cellId={cellId}
            />
          );
        })}
      </div>
    </div>
  );
}

/** A tooltip with the whole text of a cell that has no room for it. */
function showWhole({ target }: PointerEvent): void {
  const cell = (target as Element).closest<HTMLElement>(`.${styles['cell']}`);
  if (cell === null || cell.querySelector('[data-action]') === target) return;
  const text = cell.querySelector<HTMLElement>(`.${styles['text']}`) ?? cell;
  if (text.scrollWidth > text.clientWidth) cell.title = text.textContent;
  else cell.removeAttribute('title');
}

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
