import { useState, type ReactNode } from 'react';
import {
  Box,
  Button,
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
import { Breakable, Hint } from '../layout/content.js';
import { SideDrawer } from '../layout/side-drawer.js';
import { FilterBar, useFilter, type Filter } from './forms.js';
import { RelativeTime } from './relative-time.js';
import { RequestState, usePaged, type PagedOptions } from './requests.js';
import { texts } from './texts.js';

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
  /** Of check boxes, to which the clicks in their cells belong: that in the head. */
  checkbox?: ReactNode;
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

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  sorting?: { sort: string; order: 'asc' | 'desc'; onSort: (sort: string) => void };
  /** As of a row whose details are shown, or that is selected. */
  isMarked?: (id: string) => boolean;
  /** The whole row is a target for the mouse; for the keyboard, a column has an `opener`. */
  onOpen?: (id: string) => void;
}

export function DataTable<Row extends { id: string }>(props: DataTableProps<Row>) {
  const { label, columns, rows, sorting, isMarked, onOpen } = props;
  const headOf = ({ sort, label: name, isAction, checkbox }: Column<Row>) => {
    if (isAction) return <span className="visually-hidden">{name}</span>;
    if (sort === undefined || sorting === undefined) return checkbox ?? name;
    const active = sorting.sort === sort;
    return (
      <TableSortLabel active={active} direction={active ? sorting.order : 'asc'} onClick={() => sorting.onSort(sort)}>
        {name}
      </TableSortLabel>
    );
  };
  return (
    <TableContainer component={Paper} variant="outlined">
      <Table size="small" aria-label={label}>
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary', ...PADDING } }}>
            {columns.map((column) => (
              <TableCell
                key={column.label}
                padding={column.checkbox ? 'checkbox' : 'normal'}
                sx={styleOf(column)}
                sortDirection={sorting !== undefined && sorting.sort === column.sort && sorting.order}
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
              selected={isMarked?.(row.id) === true}
              onClick={() => onOpen?.(row.id)}
              sx={{ ...ROW, ...(onOpen && { cursor: 'pointer' }) }}
            >
              {columns.map((column) => (
                <TableCell
                  key={column.label}
                  padding={column.checkbox ? 'checkbox' : 'normal'}
                  sx={styleOf(column)}
                  onClick={(event) => column.checkbox && event.stopPropagation()}
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

const styleOf = ({ from, isAction, nowrap, checkbox }: Column<never>) => ({
  // Words of usual length are whole; the table scrolls where that needs more room than there is.
  ...(isAction ? { textAlign: 'right', whiteSpace: 'nowrap' } : { minWidth: checkbox ? 0 : 96 }),
  ...(from && { display: { xs: 'none', [from]: 'table-cell' } }),
  ...(nowrap && { whiteSpace: { sm: 'nowrap' }, minWidth: 104 }),
});

function contentOf<Row>({ cell, text, time, missing }: Column<Row>, row: Row): ReactNode | ReactNode[] {
  if (cell) return cell(row);
  return time ? <RelativeTime time={time(row)} {...(missing && { missing })} /> : text?.(row);
}

/** Phones have no room for that of MUI. The cell of a box has it instead of the box. */
const BOX = { width: 52, px: 0.5, '& .MuiCheckbox-root': { p: 0 } };
const PADDING = { px: { xs: 1, sm: 2 }, '&.MuiTableCell-paddingCheckbox': BOX };
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

interface ListTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** Why there are no rows. */
  empty: string;
  /** The content of a drawer with the details of a row; `onChange` reads the list again. */
  details?: (row: Row, close: () => void, onChange: () => unknown) => ReactNode;
}

interface PagedTableProps<Row> extends ListTableProps<Row>, Omit<PagedOptions<Row>, 'filter'> {
  /** In place of `empty`, with a filter. */
  noMatch?: string;
  intro?: string;
  filters?: readonly Filter[];
  /** Beside the introduction. */
  action?: ReactNode;
}

/** A list of the service that comes page by page, filtered by the search parameters of the address. */
export function PagedTable<Row extends { id: string }>(props: PagedTableProps<Row>) {
  const { empty, noMatch = 'Nothing matches these filters.', intro, filters = [], action } = props;
  const filter = useFilter(filters.map(({ name }) => name));
  const list = usePaged({ ...props, filter });
  return (
    <>
      {intro && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
          <Hint sx={{ flex: '1 1 280px' }}>{intro}</Hint>
          {action}
        </Box>
      )}
      {filters.length > 0 && <FilterBar filters={filters} />}
      <ListTable
        {...props}
        lists={[list]}
        rows={list.rows ?? []}
        empty={Object.keys(filter).length > 0 ? noMatch : empty}
      />
    </>
  );
}

/** @param props.lists what the rows are from */
export function ListTable<Row extends { id: string }>(
  props: ListTableProps<Row> & { lists: Omit<ReturnType<typeof usePaged>, 'rows'>[]; rows: readonly Row[] },
) {
  const { lists, rows, empty, details, ...table } = props;
  const [opened, setOpened] = useState<string | null>(null);
  const row = rows.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  const isFetching = lists.some((list) => list.isFetching);
  const incomplete = lists.filter(({ hasNextPage }) => hasNextPage);
  const reload = () => lists.forEach((list) => void list.refetch());
  const loadMore = () => incomplete.forEach((list) => void list.fetchNextPage());
  return (
    <>
      <RequestState of={lists} height={320} />
      {rows.length > 0 && (
        <DataTable {...table} rows={rows} isMarked={(id) => id === opened} {...(details && { onOpen: setOpened })} />
      )}
      {rows.length === 0 && lists.every(({ data }) => data !== undefined) && (
        <Paper variant="outlined" role="status" sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>
          {isFetching ? texts.loading : empty}
        </Paper>
      )}
      {incomplete.length > 0 && (
        <Button onClick={loadMore} loading={isFetching} sx={{ justifySelf: 'start' }}>
          Show older entries
        </Button>
      )}
      {details && (
        <SideDrawer open={row !== undefined} width={640} onClose={close}>
          {row && details(row, close, reload)}
        </SideDrawer>
      )}
    </>
  );
}
