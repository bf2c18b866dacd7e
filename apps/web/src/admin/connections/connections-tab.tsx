import { useMemo, useRef, useState } from 'react';
import { Box, Button, Checkbox, Link, Paper, Skeleton, TablePagination, Toolbar } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { API_VALUES, type Connection } from '@causeway/client';
import { PersonIcon } from '../../icons.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { Breakable, EmptyState, Hint } from '../../layout/content.js';
import { Notice } from '../../layout/problem-alert.js';
import { SideDrawer } from '../../layout/side-drawer.js';
import { StatusChip } from '../../layout/state-chip.js';
import { setSearchParams } from '../../routing/search-params.js';
import { inWords, texts as shared } from '../../texts.js';
import { FilterBar, useFilter } from '../forms.js';
import { lists, RequestState, useIntegrationNames, useIntegrations, usePaged } from '../requests.js';
import { type Column, DataTable } from '../tables.js';
import { countOf, texts } from '../texts.js';
import { ActionButtons, BulkDialog, useBulkAction, useConnectionCounts, useLiveUpdates } from './actions.js';
import { ConnectionDrawer } from './connection-drawer.js';

const missing = texts.never;

const COLUMNS: Column<Connection>[] = [
  { label: texts.status, sort: 'status', text: ({ status }) => status, cell: (row) => <StatusChip {...row} /> },
  {
    label: texts.integration,
    sort: 'integration',
    from: 'md',
    text: ({ integration }) => integration,
    cell: (connection) => <IntegrationName {...connection} />,
  },
  {
    label: 'Account',
    sort: 'account',
    text: ({ account }) => account.name,
    opener: ({ account }) => [account.name, `Details of ${account.name}`],
    cell: (connection) => [
      <Box sx={{ display: { md: 'none' } }} children={<IntegrationName {...connection} />} />,
      <Box sx={{ display: { sm: 'none' } }}>
        <Breakable text={`${connection.userId} · ${connection.orgId}`} />
      </Box>,
    ],
  },
  { label: texts.org, sort: 'org', from: 'sm', text: ({ orgId }) => orgId },
  { label: texts.user, sort: 'user', from: 'sm', text: ({ userId }) => userId },
  { label: 'Connected', sort: 'age', from: 'md', time: ({ createdAt }) => createdAt },
  // On narrower screens, the last error needs the room.
  { label: 'Access token expires', sort: 'expires', from: 'xl', time: ({ expiresAt }) => expiresAt, missing },
  { label: 'Last used', sort: 'used', from: 'lg', time: ({ lastUsedAt }) => lastUsedAt, missing },
  {
    label: 'Last error',
    from: 'lg',
    cell: ({ problem }) => <span title={problem?.detail}>{problem?.title ?? texts.none}</span>,
  },
];

function IntegrationName({ integration: id }: Pick<Connection, 'integration'>) {
  const name = useIntegrationNames()(id);
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <IntegrationAvatar integration={{ id, name }} size={20} />
      {name}
    </Box>
  );
}

/** Those without a value in the sort column are last in either order. */
function sorted(rows: readonly Connection[], sort: string, order: 'asc' | 'desc'): Connection[] {
  const { text, time } = COLUMNS.find((column) => column.sort === sort) ?? {};
  const valueOf = (row: Connection) => (text ? text(row).toLowerCase() : (time?.(row) ?? null));
  const sign = order === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)];
    if (one === other) return a.id < b.id ? -1 : 1;
    if (one === null || other === null) return one === null ? 1 : -1;
    return one < other ? -sign : sign;
  });
}

const PAGE_SIZE = 50;
/** The service gives the newest first. To sort otherwise, so many are loaded; more when the user asks for them. */
const SORTED_COUNT = 2_000;
const PARAMS = ['find', 'integration', 'status', 'sort', 'order', 'page', 'connection'] as const;
const LABELS = { active: shared.status.connected };
const LIVE = {
  connecting: ['text.disabled', 'Connecting…'],
  open: ['success.main', 'Live'],
  reconnecting: ['warning.main', 'Not live: reconnecting…'],
} as const;

const open = (connection: string | null) => setSearchParams({ connection });

export function ConnectionsTab() {
  const integrations = useIntegrations().data ?? [];
  const { connection = null, find = '', integration, status, ...view } = useFilter(PARAMS);
  const sort = COLUMNS.find((column) => column.sort === view.sort)?.sort ?? 'age';
  const order = view.order === 'asc' ? 'asc' : 'desc';
  const wantedPage = Math.max(1, Math.trunc(Number(view.page)) || 1);
  const search = find.trim();
  const filter = { ...(search && { search }), ...(integration && { integration }), ...(status && { status }) };

  const [liveColor, liveText] = LIVE[useLiveUpdates()];
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const top = useRef<HTMLDivElement>(null);

  const isNewestFirst = sort === 'age' && order === 'desc';
  const wanted = isNewestFirst ? wantedPage * PAGE_SIZE : SORTED_COUNT;
  const list = usePaged({ ...lists.connections, filter, pageSize: 200, wanted });
  const known = useConnectionCounts();
  const { rows: loaded = [], isPlaceholderData } = list;
  const found = useMemo(() => sorted(loaded, sort, order), [loaded, sort, order]);
  const isMore = list.hasNextPage && !isPlaceholderData;
  const total = !isMore ? found.length : search ? undefined : known(filter);
  const rowCount = isNewestFirst ? (total ?? -1) : found.length;
  const page = rowCount < 0 ? wantedPage : Math.min(wantedPage, Math.max(1, Math.ceil(rowCount / PAGE_SIZE)));
  const shown = found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const isLoading = list.isPending || (shown.length === 0 && (isPlaceholderData || isMore));
  // Without those that the filter hides: actions apply only to what is shown.
  const selected = useMemo(() => found.filter(({ id }) => selection.has(id)), [found, selection]);

  const sortBy = (column: string) => {
    const direction = sort === column && order === 'asc' ? 'desc' : 'asc';
    setSearchParams({ sort: column, order: direction, page: null }, { replace: true });
  };
  const clearSelection = () => {
    setSelection(new Set());
    // The focused button is removed with the selection.
    window.setTimeout(() => top.current?.focus({ preventScroll: true }));
  };
  const bulkAction = useBulkAction(clearSelection);
  /** Selects all of `toggled`, or none of them if they all are selected. */
  const checkboxOf = (name: string, toggled: readonly Connection[]) => {
    const count = toggled.filter(({ id }) => selection.has(id)).length;
    const checked = count > 0 && count === toggled.length;
    const toggle = () => {
      const ids = new Set(selection);
      for (const { id } of toggled) ids[checked ? 'delete' : 'add'](id);
      setSelection(ids);
    };
    const input = { 'aria-label': name };
    return <Checkbox checked={checked} indeterminate={count > 0 && !checked} onChange={toggle} slotProps={{ input }} />;
  };
  const selectAll = isMore
    ? `Select all, of the ${found.length.toLocaleString()} loaded ones`
    : 'Select all, including other pages';
  const checkboxes: Column<Connection> = {
    label: 'Select',
    checkbox: checkboxOf(selectAll, found),
    cell: (row) => checkboxOf(`Select ${row.account.name} of ${row.userId}`, [row]),
  };
  /** With how many there would be. */
  const option = (id: string, name: string, more: typeof filter): [string, string] => {
    const count = known({ ...filter, ...more });
    return [id, count === undefined ? name : `${name} (${count.toLocaleString()})`];
  };
  const all = known({}) ?? found.length;
  const part = total === all ? '' : `${(total ?? found.length).toLocaleString()}${total === undefined ? '+' : ''} of `;
  const summary = list.isPending || isPlaceholderData ? shared.status.loading : part + countOf(all, 'connection');
  return (
    <>
      <FilterBar
        filters={[
          { name: 'find', label: 'Search by organization, user, or account' },
          {
            name: 'integration',
            label: texts.integration,
            options: integrations.map(({ id, name }) => option(id, name, { integration: id })),
          },
          {
            name: 'status',
            label: texts.status,
            options: API_VALUES.ConnectionStatus.map((id) => option(id, inWords(id, LABELS), { status: id })),
          },
        ]}
      />
      <RequestState of={[list]} />
      <Paper
        component="section"
        variant="outlined"
        ref={top}
        tabIndex={-1}
        aria-label="Connections"
        // A list that could not be loaded must not look empty.
        hidden={list.isLoadingError}
        sx={{ scrollMarginTop: 16, outline: 'none', '& .MuiTableContainer-root': { border: 0 } }}
      >
        <Toolbar variant="dense" sx={{ ...TOOLBAR, bgcolor: selected.length > 0 ? 'action.selected' : 'transparent' }}>
          <Box role="status" sx={{ typography: 'body2', fontWeight: 600, mr: 'auto' }}>
            {selected.length > 0 ? `${selected.length.toLocaleString()} selected` : summary}
          </Box>
          {selected.length > 0 ? (
            <>
              <ActionButtons onAction={(action) => bulkAction.open({ action, connections: selected })} />
              <Button size="small" color="inherit" onClick={clearSelection}>
                Clear selection
              </Button>
            </>
          ) : (
            <Hint role="status" title="Changes appear here as they happen.">
              <Box component="span" aria-hidden sx={{ ...DOT, bgcolor: liveColor }} />
              {liveText}
            </Hint>
          )}
        </Toolbar>
        {isLoading && <Skeleton height={8 * 49} aria-label={shared.status.loading} sx={{ m: 1 }} />}
        {!isLoading && found.length === 0 && <Empty isFiltered={Object.keys(filter).length > 0} />}
        {!isLoading && found.length > 0 && (
          <DataTable
            label="Connections"
            columns={[checkboxes, ...COLUMNS]}
            rows={shown}
            sorting={{ sort, order, onSort: sortBy }}
            isMarked={(id) => selection.has(id) || id === connection}
            onOpen={open}
          />
        )}
        {(rowCount < 0 || rowCount > PAGE_SIZE) && (
          <TablePagination
            component="div"
            count={rowCount}
            page={page - 1}
            rowsPerPage={PAGE_SIZE}
            rowsPerPageOptions={[]}
            // The count is -1 where nobody has counted.
            labelDisplayedRows={({ from, to, count }) =>
              `${from.toLocaleString()}–${to.toLocaleString()} of ${count < 0 ? 'many' : count.toLocaleString()}`
            }
            onPageChange={(_, next) => {
              setSearchParams({ page: next === 0 ? null : String(next + 1) });
              top.current?.scrollIntoView();
            }}
          />
        )}
      </Paper>
      {isMore && !isNewestFirst && !list.isFetching && (
        <Notice severity="info" actions={[{ label: 'Load more', onClick: () => list.fetchNextPage() }]}>
          {`Only the ${found.length.toLocaleString()} newest connections are sorted.`}
        </Notice>
      )}
      <SideDrawer open={connection !== null} width={560} onClose={() => open(null)}>
        {connection !== null && (
          <ConnectionDrawer
            key={connection}
            id={connection}
            listed={found.find(({ id }) => id === connection)}
            onClose={() => open(null)}
          />
        )}
      </SideDrawer>
      <BulkDialog {...bulkAction} />
    </>
  );
}

const Empty = ({ isFiltered }: { isFiltered: boolean }) => (
  <EmptyState
    icon={<PersonIcon />}
    text={isFiltered ? 'No connection matches.' : 'Nobody has connected an account yet.'}
  >
    {isFiltered ? (
      <Button onClick={() => setSearchParams({ find: null, integration: null, status: null, page: null })}>
        Show all
      </Button>
    ) : (
      <Link component={RouterLink} href="/admin?tab=start">
        Connect the first one
      </Link>
    )}
  </EmptyState>
);

/** Its height is always the same. */
const TOOLBAR = { flexWrap: 'wrap', gap: 1, minHeight: { xs: 88, sm: 48 }, borderBottom: 1, borderColor: 'divider' };

const DOT = { display: 'inline-block', width: 8, height: 8, mr: 1, borderRadius: '50%' };
