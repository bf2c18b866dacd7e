import type { ReactNode } from 'react';
import { Button, Paper, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../api/client.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from './texts.js';

interface PagedListProps<Row> {
  query: {
    isPending: boolean;
    isFetching: boolean;
    hasNextPage: boolean;
    error: unknown;
    fetchNextPage: () => Promise<unknown>;
    refetch: () => unknown;
  };
  /** Of all pages; `undefined`: not there yet. */
  rows: readonly Row[] | undefined;
  empty: string;
  children: (rows: readonly Row[]) => ReactNode;
}

/** A list of the service that comes page by page. */
export function PagedList<Row>({ query, rows, empty, children }: PagedListProps<Row>) {
  const { isPending, isFetching, hasNextPage, error, fetchNextPage, refetch } = query;
  return (
    <>
      {error !== null && <ProblemAlert problem={problemOf(error)} onRetry={refetch} />}
      {isPending && <Skeleton variant="rounded" height={320} aria-label={texts.loading} />}
      {rows !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {rows.length > 0 ? (
            children(rows)
          ) : (
            <Typography role="status" sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>
              {isFetching ? texts.loading : empty}
            </Typography>
          )}
        </Paper>
      )}
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} loading={isFetching} sx={{ justifySelf: 'start' }}>
          {texts.older}
        </Button>
      )}
    </>
  );
}
