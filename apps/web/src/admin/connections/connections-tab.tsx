import { useCallback, useMemo, useRef, useState } from 'react';
import { Box, Button, Paper, Skeleton, TablePagination } from '@mui/material';
import type { Connection } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { PersonIcon } from '../../icons.js';
import { EmptyState } from '../../layout/empty-state.js';
import { Hint } from '../../layout/hint.js';
import { Notice } from '../../layout/notice.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import type { Action } from './actions.js';
import { BulkDialog } from './bulk-dialog.js';
import { ConnectionDrawer } from './connection-drawer.js';
import { ConnectionTable } from './connection-table.js';
import { filterAndSort } from './filter-and-sort.js';
import { Filters } from './filters.js';
import { ListToolbar } from './list-toolbar.js';
import { SearchProgress } from './search-progress.js';
import { useAllConnections, useFetchWhile } from './use-connections.js';
import { openConnection, useListView } from './use-list-view.js';
import { useLiveUpdates } from './use-live-updates.js';
import { useSearchLimit } from './use-search-limit.js';

const PAGE_SIZE = 50;
const NONE: readonly Connection[] = [];

export function ConnectionsTab() {
  const integrations = useIntegrations().data ?? [];
  const { view, setFind, setFilter, clear, sortBy, setPage } = useListView();
  const liveStatus = useLiveUpdates();
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState<{ action: Action; connections: Connection[] } | null>(null);
  const top = useRef<HTMLDivElement>(null);

  const { find, sort, order } = view;
  const limit = useSearchLimit(`${find} ${view.integration} ${view.status}`);
  const isSearch = find.trim() !== '';
  const list = useAllConnections(view);
  const all = list.connections ?? NONE;
  const found = useMemo(() => filterAndSort(all, find, { sort, order }), [all, find, sort, order]);
  const searching = isSearch && limit.needsMore(found.length);
  useFetchWhile(list, searching);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(view.page, pages);
  // Without those that the filter hides: actions apply only to what is shown.
  const selected = useMemo(() => found.filter(({ id }) => selection.has(id)), [found, selection]);
  const selectedIds = useMemo(() => new Set(selected.map(({ id }) => id)), [selected]);
  const allSelected = found.length > 0 && selected.length === found.length;

  const toggle = useCallback((id: string) => {
    setSelection((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const clearSelection = () => {
    setSelection(new Set());
    // The focused button is removed with the selection.
    window.setTimeout(() => top.current?.focus({ preventScroll: true }));
  };
  const summary =
    list.connections === undefined
      ? texts.connections.loading
      : list.isFetchingNextPage
        ? texts.connections.loadingMore(all.length)
        : texts.connections.count(found.length, all.length);
  const isFiltered = find !== '' || view.integration !== null || view.status !== null;
  const { nothingYet, noMatch, empty } = texts.connections;
  const emptyText = searching && list.hasNextPage ? nothingYet : isFiltered ? noMatch : empty;
  return (
    <>
      <Filters {...view} onFind={setFind} onFilter={setFilter} integrations={integrations} />
      {list.isError && <ProblemAlert problem={problemOf(list.error)} onRetry={list.refetch} />}
      <SearchProgress
        shown={isSearch && list.hasNextPage && !list.isError}
        searched={all.length}
        searching={searching}
        onStop={limit.stop}
        onContinue={() => limit.continue(found.length)}
      />
      <Paper
        component="section"
        variant="outlined"
        ref={top}
        tabIndex={-1}
        aria-label={texts.connections.table}
        // A list that could not be loaded must not look empty.
        hidden={list.isError && list.connections === undefined}
        sx={{ overflow: 'hidden', scrollMarginTop: 16, outline: 'none' }}
      >
        <ListToolbar
          summary={summary}
          selectedCount={selected.length}
          liveStatus={liveStatus}
          onAction={(action) => setBulk({ action, connections: selected })}
          onClearSelection={clearSelection}
        />
        {list.isPending ? (
          <Box role="img" aria-label={texts.connections.loading} sx={{ px: 2, py: 1 }}>
            {/* As high as the rows. */}
            {[1, 2, 3, 4, 5, 6, 7, 8].map((row) => (
              <Skeleton key={row} height={49} />
            ))}
          </Box>
        ) : found.length === 0 ? (
          <EmptyState icon={<PersonIcon />} text={emptyText}>
            {isFiltered ? (
              <Button onClick={clear}>{texts.connections.clear}</Button>
            ) : (
              <Hint>{texts.connections.emptyHint}</Hint>
            )}
          </EmptyState>
        ) : (
          <ConnectionTable
            connections={found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)}
            integrations={integrations}
            selectedIds={selectedIds}
            allSelected={allSelected}
            openId={view.connection}
            sort={sort}
            order={order}
            onSort={sortBy}
            onSelect={toggle}
            onSelectAll={() => setSelection(new Set(allSelected ? [] : found.map(({ id }) => id)))}
            onOpen={openConnection}
          />
        )}
        {pages > 1 && (
          <TablePagination
            component="div"
            count={found.length}
            page={page - 1}
            rowsPerPage={PAGE_SIZE}
            rowsPerPageOptions={[]}
            labelDisplayedRows={({ from, to, count }) => texts.connections.range(from, to, count)}
            onPageChange={(_, next) => {
              setPage(next + 1);
              top.current?.scrollIntoView();
            }}
          />
        )}
      </Paper>
      {list.hasNextPage && !list.isFetching && !isSearch && (
        <Notice severity="info" actions={[{ label: texts.connections.more, onClick: () => list.fetchNextPage() }]}>
          {texts.connections.truncated(all.length)}
        </Notice>
      )}
      <ConnectionDrawer
        id={view.connection}
        listed={all.find(({ id }) => id === view.connection)}
        integrations={integrations}
        onClose={() => openConnection(null)}
      />
      {bulk && (
        <BulkDialog
          {...bulk}
          onClose={() => {
            setBulk(null);
            clearSelection();
          }}
        />
      )}
    </>
  );
}
