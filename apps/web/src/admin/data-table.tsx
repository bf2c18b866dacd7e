import type { ReactNode } from 'react';
import {
  Box,
  Checkbox,
  Link,
  Paper,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
} from '@mui/material';
import { Breakable } from '../layout/content.js';
import { RelativeTime } from './relative-time.js';

export interface Column<Row> {
  label: string;
  /** What the list is sorted by. It is shown where there is no `cell`. */
  text?: (row: Row) => string;
  time?: (row: Row) => string | null;
  /** In place of a `time` that is `null`. */
  missing?: string;
  /** Of several lines, the first is the important one. */
  cell?: (row: Row) => ReactNode | ReactNode[];
  /** The first line: a button that opens the row. Its second text is for screen readers. */
  opener?: (row: Row) => [name: string, label?: string];
  /** Narrower screens do not show it. */
  from?: 'sm' | 'md' | 'lg' | 'xl';
  nowrap?: boolean;
  /** Only screen readers get the label. */
  isAction?: boolean;
  /** Names the row. */
  isHeader?: boolean;
  /** The list can be sorted by it: its name in the address. */
  sort?: string;
}

type Order = 'asc' | 'desc';

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  sorting?: { sort: string; order: Order; onSort: (sort: string) => void };
  selection?: {
    ids: ReadonlySet<string>;
    /** All rows that can be selected, also those that the table does not show. */
    all: readonly Row[];
    allLabel: string;
    labelOf: (row: Row) => string;
    onChange: (ids: ReadonlySet<string>) => void;
  };
  /** The row whose details are shown. */
  opened?: string | null;
  /** The whole row is a target for the mouse; for the keyboard, a column has an `opener`. */
  onOpen?: (id: string) => void;
}

export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>) {
  const { label, columns, rows, sorting, selection, opened, onOpen } = props;
  const headOf = ({ sort, label: name, isAction }: Column<Row>) => {
    if (isAction) return <span className="visually-hidden">{name}</span>;
    if (sort === undefined || sorting === undefined) return name;
    const active = sorting.sort === sort;
    const direction = active ? sorting.order : 'asc';
    return (
      <TableSortLabel active={active} direction={direction} onClick={() => sorting.onSort(sort)}>
        {name}
      </TableSortLabel>
    );
  };
  /** Selects all of `toggled`, or none of them if they all are selected. */
  const checkboxOf = (name: string, toggled: readonly Row[]) => {
    if (selection === undefined) return null;
    const count = toggled.filter(({ id }) => selection.ids.has(id)).length;
    const checked = count > 0 && count === toggled.length;
    const toggle = () => {
      const ids = new Set(selection.ids);
      for (const { id } of toggled) ids[checked ? 'delete' : 'add'](id);
      selection.onChange(ids);
    };
    return (
      <TableCell padding="checkbox" onClick={(event) => event.stopPropagation()}>
        <Checkbox
          checked={checked}
          indeterminate={count > 0 && !checked}
          onChange={toggle}
          slotProps={{ input: { 'aria-label': name } }}
        />
      </TableCell>
    );
  };
  return (
    <TableContainer component={Paper} variant="outlined">
      <Table size="small" aria-label={label}>
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary', ...PADDING } }}>
            {selection && checkboxOf(selection.allLabel, selection.all)}
            {columns.map((column) => (
              <TableCell
                key={column.label}
                sortDirection={sorting !== undefined && sorting.sort === column.sort && sorting.order}
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
              hover={onOpen !== undefined}
              selected={selection?.ids.has(row.id) === true || opened === row.id}
              onClick={() => onOpen?.(row.id)}
              sx={{ ...ROW, ...(onOpen && { cursor: 'pointer' }) }}
            >
              {selection && checkboxOf(selection.labelOf(row), [row])}
              {columns.map((column) => (
                <TableCell
                  key={column.label}
                  sx={styleOf(column)}
                  {...(column.isHeader && { component: 'th', scope: 'row' })}
                >
                  <Lines of={[column.opener && <Opener of={column.opener(row)} />, contentOf(column, row)].flat()} />
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

const styleOf = ({ from, isAction, nowrap }: Column<never>) => ({
  // Words of usual length are whole; the table scrolls where that needs more room than there is.
  ...(isAction ? { textAlign: 'right', whiteSpace: 'nowrap' } : { minWidth: 96 }),
  ...(from && { display: { xs: 'none', [from]: 'table-cell' } }),
  ...(nowrap && { whiteSpace: { sm: 'nowrap' }, minWidth: 104 }),
});

function contentOf<Row>({ cell, text, time, missing }: Column<Row>, row: Row): ReactNode | ReactNode[] {
  if (cell) return cell(row);
  return time ? <RelativeTime time={time(row)} {...(missing && { missing })} /> : text?.(row);
}

/** Phones have no room for that of MUI. The box of a row has its own. */
const PADDING = { px: { xs: 1, sm: 2 }, '&.MuiTableCell-paddingCheckbox': { width: 52, px: 0.5 } };
const ROW = {
  '&:last-child > *': { borderBottom: 0 },
  '& > *': { borderColor: 'divider', overflowWrap: 'anywhere' },
  '& td, & th': PADDING,
};

/** Its click reaches the row. */
const Opener = ({ of: [name, description] }: { of: [name: string, label?: string] }) => (
  <Link
    component="button"
    type="button"
    variant="body2"
    aria-label={description}
    aria-haspopup="dialog"
    sx={{ fontWeight: 600, textAlign: 'left', overflowWrap: 'anywhere' }}
  >
    <Breakable text={name} />
  </Link>
);

const Lines = ({ of }: { of: ReactNode[] }) =>
  of
    .filter((line) => line !== undefined)
    .map((line, index) => (
      <Box key={index} sx={index > 0 ? { color: 'text.secondary', fontSize: 12 } : {}}>
        {typeof line === 'string' ? <Breakable text={line} /> : line}
      </Box>
    ));

/** Those without a value in the sort column are last in either order. */
export function sorted<Row extends { id: string }>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
  order: Order,
): Row[] {
  const { text, time } = columns.find((column) => column.sort === sort) ?? {};
  const valueOf = (row: Row) => (text ? text(row).toLowerCase() : (time?.(row) ?? null));
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === other) return a.id < b.id ? -1 : 1;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -sign : sign;
  });
}
