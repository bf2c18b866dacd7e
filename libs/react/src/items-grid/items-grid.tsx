'use client';

import { useCallback, useEffect, useId, useRef, type CSSProperties, type MouseEvent, type PointerEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { IntegrationDetails, Item } from '@causeway/client';
import { hasActionsIn, opens } from '../items/containers.js';
import type { LoadedItems } from '../items/loaded-items.js';
import { useColumnWidths } from './column-widths.js';
import { GridHeader } from './grid-header.js';
import { GridRow } from './grid-row.js';
import { ITEMS_GRID_TEXTS, type ItemsGridTexts } from './grid-texts.js';
import { useGridKeys } from './use-grid-keys.js';
import type { ItemTable } from './use-item-table.js';

export interface ItemsGridProps {
  integration: IntegrationDetails;
  items: LoadedItems;
  /** The rows to show, as `useItemOrder` has them. */
  order: readonly number[];
  table: ItemTable;
  /** The order is being computed anew. */
  busy?: boolean;
  /** The id of the element that names the grid. */
  labelledBy: string;
  /** Takes the focus if nothing else has it. */
  takesFocus?: boolean;
  texts?: ItemsGridTexts;
  onShowDetails: (item: Item) => void;
  /** Shows what is in the item. */
  onOpen: (item: Item) => void;
}

/** Rows outside the viewport, so that fast scrolling shows no gap. */
const OVERSCAN = 6;

/**
 * A grid of any number of items, with columns that are sorted, resized and moved by pointer and keyboard. It takes the height that its
 * container leaves it, and needs `@causeway/react/items-grid.css`. Only the visible rows are in the document. The grid element itself keeps the focus and names the active cell in `aria-activedescendant`, because a focused row
 * would lose the focus when it scrolls out of view.
 */
export function ItemsGrid(props: ItemsGridProps) {
  const {
    integration,
    items,
    order,
    table,
    busy = false,
    labelledBy,
    takesFocus = false,
    onShowDetails,
    onOpen,
  } = props;
  const { texts = ITEMS_GRID_TEXTS } = props;
  const { query, visibleColumns: columns, sort, sortBy, widths, resizeColumn, selectColumns } = table;
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

  const opensOf = (item: Item) => opens(integration, items, item);
  const itemAt = (row: number): Item | undefined => items.rows[order[row] ?? -1];
  const hasActions = hasActionsIn(integration, items);
  const cells = columns.length + (hasActions ? 1 : 0);
  const { template, sum, handle, resizeBy } = useColumnWidths(columns, widths, resizeColumn, hasActions);
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
    cells,
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
    '--_columns': template,
    '--_width': `${sum}px`,
    '--_rows': order.length,
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
      aria-labelledby={labelledBy}
      aria-describedby={`${id}-help`}
      aria-rowcount={order.length + 1}
      aria-colcount={cells}
      aria-busy={busy}
      aria-activedescendant={isActiveRendered ? cellId(active.row, active.cell) : undefined}
      className={isNarrow ? 'causeway-grid causeway-grid-narrow' : 'causeway-grid'}
      style={variables}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerOver={showWhole}
    >
      <span id={`${id}-help`} hidden>
        {texts.help}
      </span>
      <GridHeader
        columns={columns}
        hasActions={hasActions}
        sort={sort}
        active={active}
        cellId={cellId}
        handle={handle}
        onReorder={move}
        texts={texts}
      />
      <div role="rowgroup" className="causeway-grid-body" style={{ height: virtual.getTotalSize() - rowHeight }}>
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
              hasActions={hasActions}
              opens={opensOf(item)}
              childCount={items.childCount(item)}
              // Mock providers have no pages of their items.
              linked={!integration.sandbox}
              active={index === active.row ? active.cell : -1}
              cellId={cellId}
              texts={texts}
            />
          );
        })}
      </div>
    </div>
  );
}

/** A tooltip with the whole text of a cell that has no room for it. */
function showWhole({ target }: PointerEvent): void {
  const cell = (target as Element).closest<HTMLElement>('.causeway-grid-cell');
  if (cell === null || cell.querySelector('[data-action]') === target) return;
  const text = cell.querySelector<HTMLElement>('.causeway-grid-text') ?? cell;
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
