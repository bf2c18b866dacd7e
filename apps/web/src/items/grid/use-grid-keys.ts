import { useState, type KeyboardEvent } from 'react';

interface GridKeys {
  rows: number;
  cells: number;
  /** How many rows Page Up and Page Down move by. */
  pageLength: () => number;
  /** Enter or Space. Row -1 is the header. */
  onActivate: (row: number, cell: number) => void;
  /** Control and Enter. */
  onShowChildren: (row: number) => void;
  onMove: (row: number, cell: number) => void;
}

/** The keyboard interaction of https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */
export function useGridKeys({ rows, cells, pageLength, onActivate, onShowChildren, onMove }: GridKeys) {
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
    else if ((event.key === 'Enter' || event.key === ' ') && !toEnd) onActivate(row, cell);
    else if (event.key === 'Enter') onShowChildren(row);
    else return;
    event.preventDefault();
  };
  return { active, onKeyDown, moveTo };
}
