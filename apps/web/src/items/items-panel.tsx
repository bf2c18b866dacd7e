import { useRef } from 'react';
import { Box, Button, Skeleton, Typography } from '@mui/material';
import type { Connection, IntegrationDetails, Item } from '@causeway/client';
import { TableIcon } from '../icons.js';
import { EmptyState } from '../layout/empty-state.js';
import { Hint } from '../layout/hint.js';
import { setPageParams, usePageParams } from '../routing/search-params.js';
import { useMay } from '../session/caller.js';
import { texts } from '../texts.js';
import { containerOf, containerParam, itemTypeOf, scopeOf } from './containers.js';
import { ExportMenu } from './export-menu.js';
import { ItemsGrid } from './grid/items-grid.js';
import { ItemBreadcrumbs } from './item-breadcrumbs.js';
import { ItemDrawer } from './item-drawer.js';
import { JsonField } from './json/json-field.js';
import { keyOf } from './load/loaded-items.js';
import { useItemLoad } from './load/use-item-load.js';
import { LoadActions } from './load-actions.js';
import { LoadStatus } from './load-status.js';
import { TypeFilter } from './type-filter.js';
import { PREVIEW, useAutomaticLoad } from './use-automatic-load.js';
import { useViewState } from './use-view-state.js';
import { ColumnMenu } from './view/column-menu.js';
import { useRowOrder } from './view/row-order.js';
import { ViewToolbar } from './view-toolbar.js';

/** State of a history entry: going back closes the details. A link that opens them has no such entry before it. */
const OPENED_HERE = 'opened here';

/** What belongs to the list that was left. */
const ANOTHER_LIST = { types: null, find: null, sort: null, item: null, column: [] };

interface ItemsPanelProps {
  integration: IntegrationDetails;
  connection: Connection;
}

/** The items of an account, or of what was opened in it. */
export default function ItemsPanel({ integration, connection }: ItemsPanelProps) {
  const params = usePageParams();
  const { containers, parent, place, types } = scopeOf(integration, params.in);
  const selectedTypes = (params.types ?? '')
    .split(',')
    .filter((selected) => types.some(({ type }) => type === selected));
  const load = useItemLoad(connection.id, parent);
  const { items } = load;
  const { phase } = load.state;
  const broken = connection.status === 'needs-reconnect';
  const mayLoad = useMay('items:read');
  // The default types are those of the account.
  const requested = selectedTypes.length > 0 || parent === '' ? selectedTypes : types.map(({ type }) => type);
  const request = { types: requested, parent };
  const defaultTypes = types.filter(({ byDefault }) => byDefault || parent !== '').map(({ type }) => type);
  useAutomaticLoad(load, request, defaultTypes, mayLoad && !broken);

  const viewState = useViewState(integration, items, selectedTypes, place);
  const rows = useRowOrder(items, viewState.query, load.snapshot());
  const title = useRef<HTMLHeadingElement>(null);
  const layout = params.view === 'json' ? 'json' : 'table';

  const sortBy = (column: string) => {
    const { sort } = viewState;
    // Ascending, descending, unsorted.
    const next = sort?.column !== column ? column : sort.descending ? null : `-${column}`;
    setPageParams({ sort: next }, { replace: true });
  };
  const open = (item: Item) => {
    const container = containerOf(integration, items, item);
    if (container === null) return;
    setPageParams({ ...ANOTHER_LIST, in: [...params.in, containerParam(container)] });
  };
  const opensOf = (item: Item) =>
    item.directory && itemTypeOf(integration, item.type)?.contents
      ? 'contents'
      : items.childCount(item) > 0
        ? 'children'
        : null;
  const closeItem = () => {
    if (window.history.state === OPENED_HERE) window.history.back();
    else setPageParams({ item: null }, { replace: true });
  };

  const isEmpty = items.rows.length === 0;
  const idle = !mayLoad
    ? texts.items.mayNot
    : broken
      ? texts.items.reconnectFirst
      : phase === 'complete'
        ? texts.items.empty
        : texts.items.idle;
  return (
    <Box component="section" aria-labelledby="items-title" sx={PANEL}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 1, alignItems: 'center' }}>
        <Typography variant="h2" id="items-title" ref={title} tabIndex={-1} sx={{ outline: 'none' }}>
          {texts.items.title}
        </Typography>
        <TypeFilter items={items} types={types} selected={selectedTypes} />
        <LoadActions
          load={load}
          disabled={broken || !mayLoad}
          onLoad={() => load.load(request, { pauseAfter: PREVIEW })}
        />
      </Box>
      <ItemBreadcrumbs
        containers={containers}
        onSelect={(depth) => {
          setPageParams({ ...ANOTHER_LIST, in: params.in.slice(0, depth) });
          // The breadcrumb that had the focus is gone.
          title.current?.focus({ preventScroll: true });
        }}
      />
      <ViewToolbar text={viewState.text} layout={layout}>
        <ColumnMenu viewState={viewState} disabled={layout !== 'table' || isEmpty} />
        <ExportMenu
          items={items}
          order={rows.order}
          fileName={`${integration.id}-${connection.account.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`}
        />
        <Button size="small" color="inherit" onClick={() => load.clear()} disabled={isEmpty}>
          {texts.items.clear}
        </Button>
      </ViewToolbar>
      <LoadStatus load={load} name={integration.name}>
        {(rows.busy || rows.order.length !== items.rows.length) && (
          <Hint sx={{ fontVariantNumeric: 'tabular-nums' }}>
            {rows.busy ? texts.items.searching : texts.items.showing(rows.order.length, items.rows.length)}
          </Hint>
        )}
      </LoadStatus>
      {isEmpty ? (
        phase === 'loading' ? (
          <RowsLoading />
        ) : phase === 'incomplete' ? null : (
          <EmptyState icon={<TableIcon />} text={idle} />
        )
      ) : rows.order.length === 0 && !rows.busy && phase !== 'loading' ? (
        <EmptyState icon={<TableIcon />} text={texts.items.noMatch}>
          <Button onClick={() => setPageParams({ find: null, types: null })}>{texts.items.showAll}</Button>
        </EmptyState>
      ) : layout === 'table' ? (
        <ItemsGrid
          items={items}
          order={rows.order}
          query={viewState.query}
          columns={viewState.visibleColumns}
          sort={viewState.sort}
          widths={viewState.widths}
          labelledBy="items-title"
          busy={rows.busy}
          takesFocus={containers.length > 0}
          opensOf={opensOf}
          onSort={sortBy}
          onResize={viewState.resizeColumn}
          onReorder={viewState.selectColumns}
          onShowDetails={(item) => setPageParams({ item: keyOf(item) }, { state: OPENED_HERE })}
          onOpen={open}
        />
      ) : (
        <JsonField
          items={items}
          order={rows.order}
          loading={phase === 'loading'}
          label={texts.items.jsonLabel}
          height="max(280px, 100dvh - 370px)"
        />
      )}
      <ItemDrawer
        integration={integration}
        items={items}
        item={params.item === null ? undefined : items.get(params.item)}
        opensOf={opensOf}
        onClose={closeItem}
        onOpen={open}
      />
    </Box>
  );
}

/** The grid takes the height that is left. */
const PANEL = {
  flex: 1,
  minWidth: 0,
  minHeight: { xs: '70vh', md: 0 },
  display: 'flex',
  flexDirection: 'column',
  gap: 1,
};

function RowsLoading() {
  return (
    <Box aria-hidden sx={{ display: 'grid', gap: 1.5, alignContent: 'start', minHeight: 240, pt: 1 }}>
      {[72, 58, 80, 64, 70].map((width) => (
        <Skeleton key={width} variant="rounded" height={24} width={`${width}%`} />
      ))}
    </Box>
  );
}
