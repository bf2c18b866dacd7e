import { useState, type ReactNode } from 'react';
import { Box, Button, Paper, Typography } from '@mui/material';
import { problemOf } from '../api/client.js';
import { Hint } from '../layout/content.js';
import { SideDrawer } from '../layout/side-drawer.js';
import { DataTable, type Column } from './data-table.js';
import { FilterBar, useFilter, type Filter } from './fields.js';
import { usePaged, type PagedOptions } from './lists.js';
import { RequestState } from './request-state.js';
import { texts } from './texts.js';

interface PagedTableProps<Row> extends Pick<PagedOptions<Row>, 'queryKey' | 'list' | 'refreshMs'> {
  label: string;
  columns: readonly Column<Row>[];
  /** Why there are no rows, without a filter. */
  empty: string;
  noMatch?: string;
  intro?: string;
  filters?: readonly Filter[];
  /** Beside the introduction. */
  action?: ReactNode;
  /** In place of the list, for problems that are no faults: by slug. */
  hints?: Record<string, string>;
  /** The content of a drawer with the details of a row; `onChange` reads the list again. */
  details?: (row: Row, close: () => void, onChange: () => unknown) => ReactNode;
}

/** A list of the service that comes page by page, filtered by the search parameters of the address. */
export function PagedTable<Row extends { id: string }>(props: PagedTableProps<Row>) {
  const { label, columns, empty, noMatch = texts.noMatch, intro, filters = [], action, hints = {}, details } = props;
  const filter = useFilter(filters.map(({ name }) => name));
  const [opened, setOpened] = useState<string | null>(null);
  const list = usePaged({ ...props, filter });
  const { rows, error, isFetching, hasNextPage, fetchNextPage, refetch } = list;
  const row = rows?.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  const hint = error && hints[problemOf(error).slug ?? ''];
  if (hint) return <Hint>{hint}</Hint>;
  return (
    <>
      {intro && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
          <Hint sx={{ flex: '1 1 280px' }}>{intro}</Hint>
          {action}
        </Box>
      )}
      {filters.length > 0 && <FilterBar filters={filters} />}
      <RequestState of={[list]} height={320} />
      {rows !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {rows.length > 0 ? (
            <DataTable label={label} columns={columns} rows={rows} {...(details && { opened, onOpen: setOpened })} />
          ) : (
            <Typography role="status" sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>
              {isFetching ? texts.loading : Object.keys(filter).length > 0 ? noMatch : empty}
            </Typography>
          )}
        </Paper>
      )}
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} loading={isFetching} sx={{ justifySelf: 'start' }}>
          {texts.older}
        </Button>
      )}
      {details && (
        <SideDrawer open={row !== undefined} width={640} onClose={close}>
          {row && details(row, close, refetch)}
        </SideDrawer>
      )}
    </>
  );
}
