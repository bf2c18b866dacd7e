import { useState, type ReactNode } from 'react';
import { Box, Button, Paper } from '@mui/material';
import { Hint } from '../layout/content.js';
import { SideDrawer } from '../layout/side-drawer.js';
import { DataTable, type Column } from './data-table.js';
import { RequestState } from './dialogs.js';
import { FilterBar, useFilter, type Filter } from './fields.js';
import { usePaged, type PagedOptions } from './lists.js';
import { texts } from './texts.js';

interface ListTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** Why there are no rows. */
  empty: string;
  /** The content of a drawer with the details of a row; `onChange` reads the list again. */
  details?: (row: Row, close: () => void, onChange: () => unknown) => ReactNode;
}

interface PagedTableProps<Row> extends ListTableProps<Row>, Pick<PagedOptions<Row>, 'queryKey' | 'list' | 'refreshMs'> {
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

interface LoadedTableProps<Row> extends ListTableProps<Row> {
  /** What the rows are from. */
  lists: Omit<ReturnType<typeof usePaged>, 'rows'>[];
  rows: readonly Row[];
}

export function ListTable<Row extends { id: string }>(props: LoadedTableProps<Row>) {
  const { lists, rows, empty, details, ...table } = props;
  const [opened, setOpened] = useState<string | null>(null);
  const row = rows.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  const isFetching = lists.some((list) => list.isFetching);
  const incomplete = lists.filter(({ hasNextPage }) => hasNextPage);
  const reload = () => lists.forEach((list) => void list.refetch());
  return (
    <>
      <RequestState of={lists} height={320} />
      {rows.length > 0 && <DataTable {...table} rows={rows} {...(details && { opened, onOpen: setOpened })} />}
      {rows.length === 0 && lists.every(({ data }) => data !== undefined) && (
        <Paper variant="outlined" role="status" sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>
          {isFetching ? texts.loading : empty}
        </Paper>
      )}
      {incomplete.length > 0 && (
        <Button
          onClick={() => incomplete.forEach((list) => void list.fetchNextPage())}
          loading={isFetching}
          sx={{ justifySelf: 'start' }}
        >
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
