import { useRef } from 'react';
import { Box, Button, Skeleton } from '@mui/material';
import type { Connection, IntegrationDetails, Item } from '@causeway/client';
import {
  containersTo,
  ItemsGrid,
  keyOf,
  scopeOf,
  useItemOrder,
  useItems,
  useItemTable,
  type ItemContainer,
  type LoadState,
} from '@causeway/react';
import '@causeway/react/items-grid.css';
import { TableIcon } from '../icons.js';
import { EmptyState, Hint } from '../layout/content.js';
import { setSearchParams, usePageParams } from '../routing/search-params.js';
import { useMay } from '../session/caller.js';
import { itemCount } from '../texts.js';
import { ItemDrawer } from './item-drawer.js';
import { ItemsHeader } from './items-header.js';
import { ItemsToolbar } from './items-toolbar.js';
import { JsonField } from './json/json-field.js';
import { LoadStatus } from './load-status.js';

/** So many items show what is in an account; more would spend its rate limit without being asked for. */
const PREVIEW = 1_000;

/** Pixels beside the columns of a wide screen: the integrations, the links, and the space around. */
const BESIDE_COLUMNS = 360;

/** State of a history entry: going back closes the details. A link that opens them has no such entry before it. */
const OPENED_HERE = 'opened here';

/** What belongs to the list that was left. */
const ANOTHER_LIST = { types: null, find: null, sort: null, item: null, column: [] };

interface ItemsPanelProps {
  integration: IntegrationDetails;
  connection: Connection;
  /** A load has changed the connection. */
  onUsed: () => void;
}

/** The items of an account, or of what was opened in it. */
export default function ItemsPanel({ integration, connection, onUsed }: ItemsPanelProps) {
  const params = usePageParams();
  const containers = params.in.flatMap(parseContainer);
  const { parent, place, types } = scopeOf(integration, containers);
  const selectedTypes = (params.types ?? '').split(',').filter((one) => types.some(({ type }) => type === one));
  const broken = connection.status === 'needs-reconnect';
  const mayLoad = useMay('items:read');
  // The default types are those of the account.
  const requested = selectedTypes.length > 0 || parent === '' ? selectedTypes : types.map(({ type }) => type);
  const load = useItems(connection.id, {
    types: requested,
    parent,
    defaultTypes: types.filter(({ byDefault }) => byDefault || parent !== '').map(({ type }) => type),
    automatic: mayLoad && !broken,
    pauseAfter: PREVIEW,
    onSettled: onUsed,
  });
  const { items } = load;
  const { phase } = load.state;
  const parentNames = new Map(containers.map((container) => [container.place, container.name]));
  const table = useItemTable(integration, items, {
    types: selectedTypes,
    text: params.find ?? '',
    place,
    parentNames,
    width: document.documentElement.clientWidth - BESIDE_COLUMNS,
    view: { sort: params.sort, columns: params.column },
    onViewChange: ({ sort, columns: column }) => setSearchParams({ sort, column }, { replace: true }),
  });
  const rows = useItemOrder(load, table.query);
  const title = useRef<HTMLHeadingElement>(null);

  const open = (item: Item) => {
    const added = containersTo(integration, items, containers, item);
    if (added.length === 0) return;
    const texts = added.map(({ type, place, name }) => `${type} ${place} ${name}`);
    setSearchParams({ ...ANOTHER_LIST, in: [...params.in, ...texts] });
  };
  const closeItem = () => {
    if (window.history.state === OPENED_HERE) window.history.back();
    else setSearchParams({ item: null }, { replace: true });
  };

  const content = () => {
    if (items.rows.length === 0) {
      if (phase === 'loading')
        return (
          <Box aria-hidden sx={{ display: 'grid', gap: 1.5, alignContent: 'start', minHeight: 240, pt: 1 }}>
            {[72, 58, 80, 64, 70].map((width) => (
              <Skeleton key={width} height={24} width={`${width}%`} />
            ))}
          </Box>
        );
      return phase !== 'incomplete' && <EmptyState icon={<TableIcon />} text={whyEmpty(mayLoad, broken, phase)} />;
    }
    if (rows.order.length === 0 && !rows.busy && phase !== 'loading')
      return (
        <EmptyState icon={<TableIcon />} text="No loaded item matches your search.">
          <Button onClick={() => setSearchParams({ find: null, types: null })}>Show all</Button>
        </EmptyState>
      );
    if (params.view === 'json')
      return (
        <JsonField
          items={items}
          order={rows.order}
          loading={phase === 'loading'}
          label="Items as JSON"
          height="max(280px, 100dvh - 370px)"
        />
      );
    return (
      <ItemsGrid
        integration={integration}
        items={items}
        order={rows.order}
        table={table}
        busy={rows.busy}
        labelledBy="items-title"
        takesFocus={containers.length > 0}
        onShowDetails={(item) => setSearchParams({ item: keyOf(item) }, { state: OPENED_HERE })}
        onOpen={open}
      />
    );
  };
  return (
    <Box component="section" aria-labelledby="items-title" sx={PANEL}>
      <ItemsHeader
        titleRef={title}
        load={load}
        types={types}
        selected={selectedTypes}
        containers={containers}
        disabled={broken || !mayLoad}
        onLoad={() => load.load({ types: requested, parent }, { pauseAfter: PREVIEW })}
        onSelectContainer={(depth) => {
          setSearchParams({ ...ANOTHER_LIST, in: params.in.slice(0, depth) });
          // The breadcrumb that had the focus is gone.
          title.current?.focus({ preventScroll: true });
        }}
      />
      <ItemsToolbar
        load={load}
        order={rows.order}
        table={table}
        fileName={`${integration.id}-${connection.account.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`}
      />
      <LoadStatus load={load} name={integration.name}>
        {(rows.busy || rows.order.length !== items.rows.length) && (
          <Hint sx={{ fontVariantNumeric: 'tabular-nums' }}>
            {rows.busy ? 'Searching…' : itemCount(rows.order.length, items.rows.length)}
          </Hint>
        )}
      </LoadStatus>
      {content()}
      <ItemDrawer
        integration={integration}
        items={items}
        parentNames={parentNames}
        item={params.item === null ? undefined : items.get(params.item)}
        onClose={closeItem}
        onOpen={open}
      />
    </Box>
  );
}

/** As the address has it: the type, the place and the name. */
function parseContainer(param: string): ItemContainer | [] {
  const [, type, place, name] = /^(\S+) (\S+) (.*)$/s.exec(param) ?? [];
  return type === undefined || place === undefined ? [] : { type, place, name: name || place };
}

function whyEmpty(mayLoad: boolean, broken: boolean, phase: LoadState['phase']): string {
  if (!mayLoad) return 'Your key or session does not include the permission items:read.';
  if (broken) return 'Reconnect the account to load its items.';
  return phase === 'complete' ? 'There is nothing here.' : 'Nothing is loaded yet. Press Load items.';
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
