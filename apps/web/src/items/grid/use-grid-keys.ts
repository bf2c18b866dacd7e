import { useState, type KeyboardEvent } from 'react';

interface Keys {
  rows: number;
  cells: number;
  /** Rows that Page Up and Page Down go by. */
  page: () => number;
  /** Enter or space. Row -1 is the header. */
  onAct: (row: number, cell: number) => void;
  /** Control and Enter. */
  onEnter: (row: number) => void;
  onMove: (row: number, cell: number) => void;
}

/** The keys of https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */
export function useGridKeys({ rows, cells, page, onAct, onEnter, onMove }: Keys) {
  const [at, setAt] = useState({ row: 0, cell: 0 });
  // Fewer rows or columns than before.
  const active = { row: clamp(at.row, rows === 0 ? -1 : 0, rows, at.row === -1), cell: Math.min(at.cell, cells - 1) };

  const moveTo = (row: number, cell: number) => {
    const next = { row: Math.max(-1, Math.min(row, rows - 1)), cell: Math.max(0, Math.min(cell, cells - 1)) };
    setAt(next);
    onMove(next.row, next.cell);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const { row, cell } = active;
    const far = event.ctrlKey;
    const target: Record<string, [row: number, cell: number] | undefined> = {
      ArrowDown: [far ? rows - 1 : row + 1, cell],
      ArrowUp: [far ? 0 : row - 1, cell],
      ArrowRight: [row, far ? cells - 1 : cell + 1],
      ArrowLeft: [row, far ? 0 : cell - 1],
      PageDown: [row + page(), cell],
      PageUp: [Math.max(0, row - page()), cell],
      Home: [far ? 0 : row, 0],
      End: [far ? rows - 1 : row, cells - 1],
    };
    const to = target[event.key];
    if (to !== undefined) moveTo(...to);
    else if ((event.key === 'Enter' || event.key === ' ') && !far) onAct(row, cell);
    else if (event.key === 'Enter') onEnter(row);
    else return;
    event.preventDefault();
  };
  return { active, onKeyDown, moveTo };
}

function clamp(row: number, least: number, rows: number, header: boolean): number {
  return header ? -1 : Math.max(least, Math.min(row, rows - 1));
}
