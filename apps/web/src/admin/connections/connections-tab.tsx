import { useMemo, useRef, useState } from 'react';
import { Box, Button, Link, Paper, Skeleton, TablePagination } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import type { Connection } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { PersonIcon } from '../../icons.js';
import { EmptyState } from '../../layout/empty-state.js';
import { Notice } from '../../layout/notice.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DataTable } from '../data-table.js';
import { texts } from '../texts.js';
import type { Action } from './actions.js';
import { BulkDialog } from './bulk-dialog.js';
import { columnsOf } from './columns.js';
import { ConnectionDrawer } from './connection-drawer.js';
import { isFound, sorted } from './filter-and-sort.js';
import { Filters } from './filters.js';
import { ListToolbar } from './list-toolbar.js';
import { useConnectionCounts, useConnections } from './use-connections.js';
import { openConnection, useListView } from './use-list-view.js';
import { useLiveUpdates } from './use-live-updates.js';

const PAGE_SIZE = 50;
/** The service gives the newest first. To sort otherwise, so many are loaded; more when the user asks for them. */
const SORTED_COUNT = 2_000;
const NONE: readonly Connection[] = [];

export function ConnectionsTab() {
  const integrations = useIntegrations().data ?? [];
  const { view, clear, sortBy, setPage } = useListView();
  const liveStatus = useLiveUpdates();
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState<{ action: Action; connections: Connection[] } | null>(null);
  const top = useRef<HTMLDivElement>(null);

  const { find, integration, status, sort, order } = view;
  const isNewestFirst = sort === 'age' && order === 'desc';
  const list = useConnections(view, isNewestFirst ? view.page * PAGE_SIZE : SORTED_COUNT);
  const countOf = useConnectionCounts();
  const all = list.connections ?? NONE;
  const { isPlaceholderData } = list;
  const found = useMemo(
    () => sorted(isPlaceholderData ? all.filter((one) => isFound(one, find)) : all, { sort, order }),
    [all, isPlaceholderData, find, sort, order],
  );
  const isMore = list.hasNextPage && !isPlaceholderData;
  const counted = find.trim() === '' ? countOf(integration, status) : undefined;
  const total = isMore ? counted : found.length;
  const rows = isNewestFirst ? (total ?? -1) : found.length;
  const isPaged = rows < 0 || rows > PAGE_SIZE;
  const page = rows < 0 ? view.page : Math.min(view.page, Math.max(1, Math.ceil(rows / PAGE_SIZE)));
  // Without those that the filter hides: actions apply only to what is shown.
  const selected = useMemo(() => found.filter(({ id }) => selection.has(id)), [found, selection]);
  const selectedIds = useMemo(() => new Set(selected.map(({ id }) => id)), [selected]);
  const allSelected = found.length > 0 && selected.length === found.length;

  const toggle = (id: string) =>
    setSelection((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const clearSelection = () => {
    setSelection(new Set());
    // The focused button is removed with the selection.
    window.setTimeout(() => top.current?.focus({ preventScroll: true }));
  };
  const summary =
    list.connections === undefined || isPlaceholderData
      ? texts.connections.loading
      : texts.connections.count(total ?? found.length, total === undefined, countOf(null, null) ?? found.length);
  const isFiltered = find !== '' || integration !== null || status !== null;
  const { noMatch, empty } = texts.connections;
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const isLoading = list.isPending || (shown.length === 0 && (isPlaceholderData || isMore));
  return (
    <>
      <Filters {...view} integrations={integrations} countOf={countOf} />
      {list.isError && <ProblemAlert problem={problemOf(list.error)} onRetry={list.refetch} />}
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
        {isLoading ? (
          <Box role="img" aria-label={texts.connections.loading} sx={{ px: 2, py: 1 }}>
            {/* As high as the rows. */}
            {[1, 2, 3, 4, 5, 6, 7, 8].map((row) => (
              <Skeleton key={row} height={49} />
            ))}
          </Box>
        ) : found.length === 0 ? (
          <EmptyState icon={<PersonIcon />} text={isFiltered ? noMatch : empty}>
            {isFiltered ? (
              <Button onClick={clear}>{texts.connections.clear}</Button>
            ) : (
              <Link component={RouterLink} href="/admin?tab=start">
                {texts.connections.emptyHint}
              </Link>
            )}
          </EmptyState>
        ) : (
          <DataTable
            label={texts.connections.table}
            columns={columnsOf(integrations)}
            rows={shown}
            sorting={{ sort, order, onSort: sortBy }}
            selection={{
              ids: selectedIds,
              isAll: allSelected,
              allLabel: isMore ? texts.connections.selectLoaded(found.length) : texts.connections.selectAll,
              labelOf: ({ account, userId }) => texts.connections.select(account.name, userId),
              onSelect: toggle,
              onSelectAll: () => setSelection(new Set(allSelected ? [] : found.map(({ id }) => id))),
            }}
            opening={{ id: view.connection, onOpen: openConnection }}
          />
        )}
        {isPaged && (
          <TablePagination
            component="div"
            count={rows}
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
      {isMore && !isNewestFirst && !list.isFetching && (
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
            if (bulk.action === 'disconnect') clearSelection();
          }}
        />
      )}
    </>
  );
}
