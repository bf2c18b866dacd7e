import type { DragEvent, HTMLAttributes } from 'react';
import type { ItemColumn } from '../items/item-columns.js';
import type { ItemsGridTexts } from './grid-texts.js';

interface GridHeaderProps {
  columns: readonly ItemColumn[];
  hasActions: boolean;
  sort: { column: string; descending: boolean } | null;
  active: { row: number; cell: number };
  cellId: (row: number, cell: number) => string;
  /** Of the edge that resizes a column. */
  handle: (column: string) => HTMLAttributes<HTMLElement>;
  onReorder: (from: number, to: number) => void;
  texts: ItemsGridTexts;
}

/** The type of the dragged data: what is dragged from elsewhere is not for this header. */
const DRAGGED = 'application/x-causeway-column';

export function GridHeader(props: GridHeaderProps) {
  const { columns, hasActions, sort, active, cellId, handle, onReorder, texts } = props;
  const activeClass = (cell: number) => (active.row === -1 && active.cell === cell ? 'causeway-grid-active' : '');
  const dragging = (cell: number) => ({
    draggable: cell > 0,
    onDragStart: ({ dataTransfer }: DragEvent) => dataTransfer.setData(DRAGGED, String(cell)),
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      onReorder(Number(event.dataTransfer.getData(DRAGGED)), cell);
    },
  });
  return (
    <div role="row" aria-rowindex={1} className="causeway-grid-header">
      {columns.map(({ id, label }, cell) => (
        <div
          key={id}
          role="columnheader"
          id={cellId(-1, cell)}
          data-head={cell}
          aria-colindex={cell + 1}
          aria-sort={sort?.column !== id ? 'none' : sort.descending ? 'descending' : 'ascending'}
          className={`causeway-grid-cell causeway-grid-sortable ${cell === 0 ? 'causeway-grid-first' : ''} ${activeClass(cell)}`}
          {...dragging(cell)}
        >
          <span className="causeway-grid-text" dir="auto">
            {label}
          </span>
          {sort?.column === id ? <span aria-hidden>{sort.descending ? '↓' : '↑'}</span> : null}
          <span data-resize aria-hidden className="causeway-grid-edge" {...handle(id)} />
        </div>
      ))}
      {hasActions && (
        <div
          role="columnheader"
          id={cellId(-1, columns.length)}
          aria-colindex={columns.length + 1}
          className={`causeway-grid-cell causeway-grid-actions ${activeClass(columns.length)}`}
        >
          <span className="causeway-grid-unseen">{texts.actions}</span>
        </div>
      )}
    </div>
  );
}
