import { useCallback, useMemo, useRef, useState } from 'react';
import { Alert, Button, Paper, TablePagination } from '@mui/material';
import type { Connection } from '@causeway/client';
import { useCaller } from '../../access/caller.js';
import { useIntegrations } from '../../api/queries.js';
import { problemOf } from '../../api/service-problem.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import type { Action } from './actions.js';
import { BulkDialog } from './bulk-dialog.js';
import { ConnectionDrawer } from './connection-drawer.js';
import { ConnectionTable } from './connection-table.js';
import { Filters } from './filters.js';
import { ListBar } from './list-bar.js';
import { ListLoading, NoConnections } from './list-states.js';
import { Searched } from './searched.js';
import { useLiveFeed } from './live-feed.js';
import { useAllConnections, useFurther } from './use-connections.js';
import { useSearch } from './use-search.js';
import { useView } from './use-view.js';
import { asViewed } from './view.js';

const ROWS = 50;
const NONE: readonly Connection[] = [];

export function ConnectionsTab() {
  const mayChange = useCaller().scopes.includes('connections:write');
  const integrations = useIntegrations().data ?? [];
  const { view, find, filter, clear, sortBy, turnTo, open, close } = useView();
  const feed = useLiveFeed();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [doing, setDoing] = useState<{ action: Action; connections: Connection[] } | null>(null);
  const top = useRef<HTMLDivElement>(null);

  const { find: wanted, sort, order } = view;
  const search = useSearch(`${wanted} ${view.integration} ${view.status}`);
  const isSearch = wanted.trim() !== '';
  const list = useAllConnections(view);
  const all = list.connections ?? NONE;
  const found = useMemo(() => asViewed(all, { find: wanted, sort, order }), [all, wanted, sort, order]);
  const searching = isSearch && search.wants(found.length);
  useFurther(list, searching);
  const pages = Math.max(1, Math.ceil(found.length / ROWS));
  const page = Math.min(view.page, pages);
  // What is not in sight any more is not acted on.
  const selected = useMemo(() => found.filter(({ id }) => chosen.has(id)), [found, chosen]);
  const selection = useMemo(() => new Set(selected.map(({ id }) => id)), [selected]);
  const allSelected = found.length > 0 && selected.length === found.length;

  const select = useCallback((id: string) => {
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);

  // The buttons for what is selected go away with it, also the one that had the focus.
  const deselect = () => {
    setChosen(new Set());
    window.setTimeout(() => top.current?.focus({ preventScroll: true }));
  };
  const summary = list.isFetchingNextPage
    ? texts.connections.loadingMore(all.length)
    : texts.connections.count(found.length, all.length);
  const isFiltered = wanted !== '' || view.integration !== null || view.status !== null;
  return (
    <>
      <Filters {...view} onFind={find} onFilter={filter} integrations={integrations} />
      {list.isError ? <ProblemAlert problem={problemOf(list.error)} onRetry={() => void list.refetch()} /> : null}
      <Searched
        // The end is reached where there is no next page.
        shown={isSearch && list.hasNextPage && !list.isError}
        looked={all.length}
        searching={searching}
        onStop={search.stop}
        onGoOn={() => search.goOn(found.length)}
      />
      <Paper
        component="section"
        variant="outlined"
        ref={top}
        tabIndex={-1}
        aria-label={texts.connections.table}
        // A list that could not be read is not an empty one.
        hidden={list.isError && list.connections === undefined}
        sx={{ overflow: 'hidden', scrollMarginTop: 16, outline: 'none' }}
      >
        <ListBar
          summary={list.connections === undefined ? texts.connections.loading : summary}
          selected={selected.length}
          mayChange={mayChange}
          feed={feed}
          onAct={(action) => setDoing({ action, connections: selected })}
          onDeselect={deselect}
        />
        {list.isPending ? (
          <ListLoading />
        ) : found.length === 0 ? (
          <NoConnections filtered={isFiltered} searching={searching && list.hasNextPage} onClear={clear} />
        ) : (
          <ConnectionTable
            connections={found.slice((page - 1) * ROWS, page * ROWS)}
            integrations={integrations}
            selection={selection}
            allSelected={allSelected}
            opened={view.connection}
            sort={sort}
            order={order}
            onSort={sortBy}
            onSelect={select}
            onSelectAll={() => setChosen(allSelected ? new Set() : new Set(found.map(({ id }) => id)))}
            onOpen={open}
          />
        )}
        {pages === 1 ? null : (
          <TablePagination
            component="div"
            count={found.length}
            page={page - 1}
            rowsPerPage={ROWS}
            rowsPerPageOptions={[]}
            labelDisplayedRows={({ from, to, count }) => texts.connections.range(from, to, count)}
            onPageChange={(_, next) => {
              turnTo(next + 1);
              top.current?.scrollIntoView();
            }}
          />
        )}
      </Paper>
      {list.hasNextPage && !list.isFetching && !isSearch ? (
        <Alert
          severity="info"
          action={
            <Button color="inherit" size="small" onClick={() => void list.fetchNextPage()}>
              {texts.connections.more}
            </Button>
          }
        >
          {texts.connections.capped(all.length)}
        </Alert>
      ) : null}
      <ConnectionDrawer
        id={view.connection}
        known={all.find(({ id }) => id === view.connection)}
        integrations={integrations}
        mayChange={mayChange}
        onClose={close}
      />
      {doing === null ? null : (
        <BulkDialog
          {...doing}
          onClose={() => {
            setDoing(null);
            deselect();
          }}
        />
      )}
    </>
  );
}
