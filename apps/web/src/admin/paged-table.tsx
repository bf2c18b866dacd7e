import { useState, type ReactNode } from 'react';
import { Box, Button, Paper, Skeleton, Typography } from '@mui/material';
import type { QueryKey } from '@tanstack/react-query';
import { problemOf } from '../api/client.js';
import { Hint } from '../layout/content.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { SideDrawer } from '../layout/side-drawer.js';
import { DataTable, type Column } from './data-table.js';
import { FilterBar, useFilter, type Filter } from './fields.js';
import { usePaged, type List } from './lists.js';
import { texts } from './texts.js';

interface PagedTableProps<Row> {
  label: string;
  queryKey: QueryKey;
  list: List<Row>;
  columns: readonly Column<Row>[];
  /** Why there are no rows, without a filter. */
  empty: string;
  noMatch?: string;
  intro?: string;
  filters?: readonly Filter[];
  /** Beside the introduction. */
  action?: ReactNode;
  refreshMs?: (rows: readonly Row[] | undefined) => number | false;
  /** In place of the list, for problems that are no faults: by slug. */
  hints?: Record<string, string>;
  /** The content of a drawer with the details of a row; `onChange` reads the list again. */
  details?: (row: Row, close: () => void, onChange: () => unknown) => ReactNode;
}

/** A list of the service that comes page by page, filtered by the search parameters of the address. */
export function PagedTable<Row extends { id: string }>(props: PagedTableProps<Row>) {
  const {
    label,
    columns,
    empty,
    noMatch = 'Nothing matches these filters.',
    intro,
    filters = [],
    action,
    hints = {},
    details,
  } = props;
  const filter = useFilter(filters.map(({ name }) => name));
  const [opened, setOpened] = useState<string | null>(null);
  const { rows, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = usePaged({ ...props, filter });
  const row = rows?.find(({ id }) => id === opened);
  const close = () => setOpened(null);
  const problem = error && problemOf(error);
  const hint = hints[problem?.slug ?? ''];
  if (hint) return <Hint>{hint}</Hint>;
  return (
    <>
      {intro && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
          <Hint sx={{ flex: '1 1 280px' }}>{intro}</Hint>
          {action}
        </Box>
      )}
      {filters.length > 0 && <FilterBar filters={filters} values={filter} gridTemplateColumns={FILTER_COLUMNS} />}
      {problem && <ProblemAlert problem={problem} onRetry={refetch} />}
      {isPending && <Skeleton height={320} aria-label={texts.loading} />}
      {rows !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {rows.length > 0 ? (
            <DataTable
              label={label}
              columns={columns}
              rows={rows}
              opening={details !== undefined && { id: opened, onOpen: setOpened }}
            />
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

const FILTER_COLUMNS = { xs: '1fr 1fr', md: 'repeat(auto-fit, minmax(170px, 1fr))' };
