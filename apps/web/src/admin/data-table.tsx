import type { ReactNode } from 'react';
import {
  Checkbox,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
} from '@mui/material';

export interface Column<Row, Sort extends string = never> {
  label: string;
  cell: (row: Row) => ReactNode;
  /** Narrower screens do not show it. */
  from?: 'sm' | 'md' | 'lg' | 'xl';
  /** If any column has one, none grows with what is in it. */
  width?: number | string | Record<string, number | string>;
  nowrap?: boolean;
  /** Only screen readers get the label. */
  isAction?: boolean;
  /** Names the row. */
  isHeader?: boolean;
  sort?: Sort;
}

interface DataTableProps<Row, Sort extends string> {
  label: string;
  columns: readonly Column<Row, Sort>[];
  rows: readonly Row[];
  sorting?: { sort: Sort; order: 'asc' | 'desc'; onSort: (column: Sort) => void };
  selection?: {
    ids: ReadonlySet<string>;
    isAll: boolean;
    allLabel: string;
    labelOf: (row: Row) => string;
    onSelect: (id: string) => void;
    onSelectAll: () => void;
  };
  /** The whole row is a target for the mouse; for the keyboard, a cell has a button. */
  opening?: { id: string | null; onOpen: (id: string) => void };
}

export function DataTable<Row extends { id: string }, Sort extends string = never>(props: DataTableProps<Row, Sort>) {
  const { label, columns, rows, sorting, selection, opening } = props;
  const isFixed = columns.some(({ width }) => width !== undefined);
  const styleOf = ({ from, isAction, nowrap, width }: Column<Row, Sort>) => ({
    ...(from !== undefined && { display: { xs: 'none', [from]: 'table-cell' } }),
    ...(width !== undefined && { width }),
    ...(isAction === true && { textAlign: 'right' }),
    ...(nowrap === true && { whiteSpace: { sm: 'nowrap' } }),
  });
  const headOf = ({ sort, label: name, isAction }: Column<Row, Sort>) => {
    if (sort === undefined || sorting === undefined)
      return isAction === true ? <span className="visually-hidden">{name}</span> : name;
    const isActive = sorting.sort === sort;
    return (
      <TableSortLabel
        active={isActive}
        direction={isActive ? sorting.order : 'asc'}
        onClick={() => sorting.onSort(sort)}
      >
        {name}
      </TableSortLabel>
    );
  };
  return (
    <TableContainer>
      <Table size="small" aria-label={label} sx={isFixed ? { tableLayout: 'fixed', borderCollapse: 'separate' } : {}}>
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary', whiteSpace: isFixed ? 'nowrap' : undefined } }}>
            {selection && (
              <TableCell padding="checkbox">
                <Checkbox
                  checked={selection.isAll}
                  indeterminate={selection.ids.size > 0 && !selection.isAll}
                  onChange={selection.onSelectAll}
                  slotProps={{ input: { 'aria-label': selection.allLabel } }}
                />
              </TableCell>
            )}
            {columns.map((column) => (
              <TableCell
                key={column.label}
                sortDirection={column.sort !== undefined && sorting?.sort === column.sort ? sorting.order : false}
                sx={styleOf(column)}
              >
                {headOf(column)}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow
              key={row.id}
              hover={opening !== undefined}
              selected={selection?.ids.has(row.id) === true || opening?.id === row.id}
              onClick={() => opening?.onOpen(row.id)}
              sx={opening ? OPENING_ROW : ROW}
            >
              {selection && (
                <TableCell padding="checkbox" onClick={(event) => event.stopPropagation()}>
                  <Checkbox
                    checked={selection.ids.has(row.id)}
                    onChange={() => selection.onSelect(row.id)}
                    slotProps={{ input: { 'aria-label': selection.labelOf(row) } }}
                  />
                </TableCell>
              )}
              {columns.map((column) => (
                <TableCell
                  key={column.label}
                  sx={{ ...styleOf(column), ...(isFixed && ELLIPSIS) }}
                  {...(column.isHeader === true && { component: 'th', scope: 'row' })}
                >
                  {column.cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

export const ELLIPSIS = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
const BORDERS = { '&:last-child > *': { borderBottom: 0 }, '& > *': { borderColor: 'divider' } };
const ROW = { ...BORDERS, '& > *': { borderColor: 'divider', overflowWrap: 'anywhere', verticalAlign: 'top' } };
const OPENING_ROW = { ...BORDERS, cursor: 'pointer', height: { xs: 72, sm: 49 } };
