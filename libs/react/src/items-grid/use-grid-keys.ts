import { useState, type KeyboardEvent } from 'react';

interface GridKeys {
  rows: number;
  cells: number;
  /** How many rows Page Up and Page Down move by. */
  pageLength: () => number;
  /** Enter, and Space in the header, which is row -1. */
  onActivate: (row: number, cell: number) => void;
  /** Space. */
  onShowDetails: (row: number) => void;
  /** Control and Enter. */
  onOpen: (row: number) => void;
  /** Shift and an arrow, in the header. */
  onResize: (cell: number, pixels: number) => void;
  /** Control, Shift and an arrow, in the header. @returns whether the column has moved */
  onReorder: (from: number, to: number) => boolean;
  onMove: (row: number, cell: number) => void;
}

/** Pixels. */
const RESIZE_STEP = 16;

/** The keyboard interaction of https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */
export function useGridKeys(keys: GridKeys) {
  const { rows, cells, pageLength, onActivate, onShowDetails, onOpen, onResize, onReorder, onMove } = keys;
  const [position, setPosition] = useState({ row: 0, cell: 0 });
  // There may be fewer rows or columns than before.
  const row = Math.min(position.row, rows - 1);
  const active = { row, cell: Math.min(position.cell, cells - 1) };

  const moveTo = (row: number, cell: number) => {
    const next = { row: Math.max(-1, Math.min(row, rows - 1)), cell: Math.max(0, Math.min(cell, cells - 1)) };
    setPosition(next);
    onMove(next.row, next.cell);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const { row, cell } = active;
    const toEnd = event.ctrlKey;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    if (row === -1 && event.shiftKey && step !== 0) {
      event.preventDefault();
      if (!toEnd) onResize(cell, step * RESIZE_STEP);
      else if (onReorder(cell, cell + step)) moveTo(row, cell + step);
      return;
    }
    const target: Record<string, [row: number, cell: number] | undefined> = {
      ArrowDown: [toEnd ? rows - 1 : row + 1, cell],
      ArrowUp: [toEnd ? 0 : row - 1, cell],
      ArrowRight: [row, toEnd ? cells - 1 : cell + 1],
      ArrowLeft: [row, toEnd ? 0 : cell - 1],
      PageDown: [row + pageLength(), cell],
      PageUp: [Math.max(0, row - pageLength()), cell],
      Home: [toEnd ? 0 : row, 0],
      End: [toEnd ? rows - 1 : row, cells - 1],
    };
    const to = target[event.key];
    if (to !== undefined) moveTo(...to);
    else if (event.key === ' ' && row >= 0) onShowDetails(row);
    else if (event.key === 'Enter' && toEnd) onOpen(row);
    else if (event.key === 'Enter' || event.key === ' ') onActivate(row, cell);
    else return;
    event.preventDefault();
  };
  return { active, onKeyDown, moveTo };
}
