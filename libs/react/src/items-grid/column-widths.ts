import { useState, type PointerEvent } from 'react';
import type { ItemColumn } from '../items/item-columns.js';

const MIN_WIDTH = 64;
const MAX_WIDTH = 1_200;
const ACTIONS_WIDTH = 84;

interface Dragged {
  column: string;
  startX: number;
  startWidth: number;
  width: number;
}

const clamp = (width: number) => Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));

/** The widths of the columns while the user drags the edge of one; it is kept when the pointer is released. */
export function useColumnWidths(
  columns: readonly ItemColumn[],
  kept: Record<string, number>,
  onResize: (id: string, width: number) => void,
  hasActions: boolean,
) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const widths = dragged === null ? kept : { ...kept, [dragged.column]: dragged.width };

  const resizeBy = (column: string, head: HTMLElement, pixels: number) =>
    onResize(column, clamp(head.offsetWidth + pixels));
  const handle = (column: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const { width } = event.currentTarget.parentElement?.getBoundingClientRect() ?? { width: MIN_WIDTH };
      event.currentTarget.setPointerCapture(event.pointerId);
      event.preventDefault();
      setDragged({ column, startX: event.clientX, startWidth: width, width });
    },
    onPointerMove: ({ clientX }: PointerEvent) =>
      setDragged((now) => now && { ...now, width: clamp(now.startWidth + clientX - now.startX) }),
    onPointerUp: () => {
      if (dragged !== null) onResize(dragged.column, clamp(dragged.width));
      setDragged(null);
    },
    onPointerCancel: () => setDragged(null),
  });

  const actionsWidth = hasActions ? ACTIONS_WIDTH : 0;
  const sum = columns.reduce((total, { id, width }) => total + (widths[id] ?? width), actionsWidth);
  const template = columns.map(({ id, width }, at) =>
    widths[id] === undefined ? `minmax(${width}px, ${at === 0 ? 2 : 1}fr)` : `${widths[id]}px`,
  );
  // Something has to fill a wide screen.
  const isFixed = columns.every(({ id }) => widths[id] !== undefined);
  if (hasActions || isFixed) template.push(isFixed ? `minmax(${actionsWidth}px, 1fr)` : `${actionsWidth}px`);
  return { template: template.join(' '), sum, handle, resizeBy };
}
