import { useEffect, useRef, useState } from 'react';
import { Box, Button, Skeleton } from '@mui/material';
import type { Connection, Integration, Item } from '@causeway/client';
import { TableIcon } from '../icons.js';
import { EmptyState } from '../layout/empty-state.js';
import { Hint } from '../layout/hint.js';
import { Panel } from '../layout/panel.js';
import { setPageParams, usePageParams } from '../routing/search-params.js';
import { texts } from '../texts.js';
import { ItemsGrid } from './grid/items-grid.js';
import { ItemBreadcrumbs } from './item-breadcrumbs.js';
import { ItemDrawer } from './item-drawer.js';
import { ItemsToolbar, type Layout } from './items-toolbar.js';
import { JsonView } from './json-view.js';
import type { LoadRequest } from './load/item-load.js';
import { keyOf, placeOf } from './load/loaded-items.js';
import { useItemLoad } from './load/use-item-load.js';
import { LoadForm } from './load-form.js';
import { LoadStatus } from './load-status.js';
import { parentErrorOf } from './parent-field.js';
import { useViewState } from './use-view-state.js';
import { useRowOrder } from './view/row-order.js';

/** State of a history entry: going back closes the details. A link that opens them has no such entry before it. */
const OPENED_HERE = 'opened here';

/** Shows the children of an item, or all items; the Back button returns. */
const showChildren = (place: string | null) => setPageParams({ in: place, item: null });

export default function ItemsPanel({ integration, connection }: { integration: Integration; connection: Connection }) {
  const load = useItemLoad(connection.id);
  const { items } = load;
  const { phase } = load.state;
  const viewState = useViewState(integration.id, items);
  const rows = useRowOrder(items, viewState.query, load.snapshot());
  const [layout, setLayout] = useState<Layout>('table');
  const [needsParent, setNeedsParent] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const params = usePageParams();
  const types = params.load?.split(',') ?? [];
  const request: LoadRequest = {
    types: integration.itemTypes.filter((type) => types.includes(type)),
    parent: params.parent ?? '',
  };
  const broken = connection.status === 'needs-reconnect';

  // A link to an item, or to the children of one, loads the items without a click.
  useEffect(() => {
    if (phase === 'idle' && !broken && (params.in !== null || params.item !== null)) load.load(request);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only for the address with which the panel opens
  }, []);

  const parentError = load.state.phase === 'incomplete' ? parentErrorOf(load.state.problem) : undefined;
  if (parentError !== undefined && !needsParent) setNeedsParent(true);

  const sortBy = (column: string) => {
    const { sort } = viewState;
    // Ascending, descending, unsorted.
    const next = sort?.column !== column ? column : sort.descending ? null : `-${column}`;
    setPageParams({ sort: next }, { replace: true });
  };
  const openItem = (item: Item) => setPageParams({ item: keyOf(item) }, { state: OPENED_HERE });
  const closeItem = () => {
    if (window.history.state === OPENED_HERE) window.history.back();
    else setPageParams({ item: null }, { replace: true });
  };

  return (
    <Panel id="items-title" title={texts.items.title} titleRef={title}>
      <LoadForm
        integration={integration}
        load={load}
        request={request}
        onChange={({ types, parent }) => setPageParams({ load: types.join(), parent }, { replace: true })}
        parentError={parentError}
        showsParent={needsParent || request.parent !== ''}
        disabled={broken}
      />
      <LoadStatus load={load} name={integration.name} />
      {items.rows.length === 0 ? (
        phase === 'loading' ? (
          <RowsLoading />
        ) : phase === 'incomplete' ? null : (
          <EmptyState
            icon={<TableIcon />}
            text={broken ? texts.items.reconnectFirst : phase === 'complete' ? texts.items.empty : texts.items.idle}
          />
        )
      ) : (
        <>
          <ItemsToolbar
            load={load}
            viewState={viewState}
            order={rows.order}
            fileName={`${integration.id}-${connection.account.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`}
            layout={layout}
            onLayout={setLayout}
          />
          <ItemBreadcrumbs
            items={items}
            place={viewState.place}
            onSelect={(place) => {
              showChildren(place);
              // The breadcrumb that had the focus is gone.
              title.current?.focus({ preventScroll: true });
            }}
          />
          {rows.order.length === 0 && !rows.busy && phase !== 'loading' ? (
            <EmptyState icon={<TableIcon />} text={texts.items.noMatch}>
              <Button onClick={() => setPageParams({ find: null, show: null, in: null })}>{texts.items.showAll}</Button>
            </EmptyState>
          ) : layout === 'table' ? (
            <ItemsGrid
              items={items}
              order={rows.order}
              query={viewState.query}
              columns={viewState.visibleColumns}
              sort={viewState.sort}
              labelledBy="items-title"
              busy={rows.busy}
              onSort={sortBy}
              onOpen={openItem}
              onShowChildren={(item) => showChildren(placeOf(item))}
            />
          ) : (
            <JsonView items={items} order={rows.order} />
          )}
          <Hint sx={{ fontVariantNumeric: 'tabular-nums' }}>
            {rows.busy ? texts.items.searching : texts.items.showing(rows.order.length, items.rows.length)}
          </Hint>
        </>
      )}
      <ItemDrawer
        items={items}
        item={params.item === null ? undefined : items.get(params.item)}
        onClose={closeItem}
        onShowChildren={showChildren}
        onUseAsParent={needsParent ? (parent) => setPageParams({ parent, item: null }, { replace: true }) : undefined}
      />
    </Panel>
  );
}

function RowsLoading() {
  return (
    <Box aria-hidden sx={{ display: 'grid', gap: 1.5, alignContent: 'start', minHeight: 240, pt: 1 }}>
      {[72, 58, 80, 64, 70].map((width) => (
        <Skeleton key={width} variant="rounded" height={24} width={`${width}%`} />
      ))}
    </Box>
  );
}
