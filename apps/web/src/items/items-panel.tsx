import { useEffect, useRef, useState } from 'react';
import { Box, Button, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration, Item } from '@causeway/client';
import { TableIcon } from '../icons.js';
import { Nothing } from '../layout/nothing.js';
import { Panel } from '../layout/panel.js';
import { changePlace, usePlace } from '../place/place.js';
import { texts } from '../texts.js';
import { ItemsGrid } from './grid/items-grid.js';
import { ItemDrawer } from './item-drawer.js';
import { ItemsToolbar, type View } from './items-toolbar.js';
import { JsonView } from './json-view.js';
import type { LoadWish } from './load/item-load.js';
import { keyOf } from './load/loaded-items.js';
import { useItemLoad } from './load/use-item-load.js';
import { LoadForm } from './load-form.js';
import { LoadStatus } from './load-status.js';
import { parentFaultOf } from './parent-field.js';
import { lookInto, Trail } from './trail.js';
import { useLook } from './use-look.js';
import { useRowOrder } from './view/use-row-order.js';

export default function ItemsPanel({ integration, connection }: { integration: Integration; connection: Connection }) {
  const load = useItemLoad(connection.id);
  const { items, phase } = load;
  const look = useLook(integration.id, items);
  const rows = useRowOrder(items, look.wish, load.snapshot());
  const [view, setView] = useState<View>('table');
  const [parentWanted, setParentWanted] = useState(false);
  const [lastOpen, setLastOpen] = useState<Item | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const place = usePlace();
  const { load: wantedTypes, parent } = place;
  const wanted = wantedTypes?.split(',') ?? [];
  const wish: LoadWish = { types: integration.itemTypes.filter((type) => wanted.includes(type)), parent: parent ?? '' };

  const broken = connection.status === 'needs-reconnect';

  // A link to what is in the items says what it is about; nobody should have to press a button to see it.
  useEffect(() => {
    if (load.phase.phase === 'idle' && !broken && (place.in !== null || place.item !== null)) load.load(wish);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the address is come to
  }, []);

  const parentFault = phase.phase === 'incomplete' ? parentFaultOf(phase.problem) : undefined;
  if (parentFault !== undefined && !parentWanted) setParentWanted(true);

  const count = items.rows.length;
  const open = place.item === null ? undefined : items.get(place.item);
  const sortBy = (column: string) => {
    const { sort } = look;
    // Up, down, as they came.
    const next = sort?.column !== column ? column : sort.descending ? null : `-${column}`;
    changePlace({ sort: next }, 'replace');
  };
  const openItem = (item: Item) => {
    setLastOpen(item);
    changePlace({ item: keyOf(item) }, 'push');
  };
  const closeItem = () => {
    // What was opened here is one step back; a link that was opened with it has no such step.
    if (lastOpen !== null) window.history.back();
    else changePlace({ item: null }, 'replace');
    setLastOpen(null);
  };

  return (
    <Panel id="items-title" title={texts.items.title} titleRef={title}>
      <LoadForm
        integration={integration}
        load={load}
        wish={wish}
        onWish={({ types, parent }) => changePlace({ load: types.join(), parent }, 'replace')}
        parentFault={parentFault}
        wantsParent={parentWanted || wish.parent !== ''}
        disabled={broken}
      />
      <LoadStatus load={load} name={integration.name} />
      {count === 0 ? (
        phase.phase === 'loading' ? (
          <Beginning />
        ) : phase.phase === 'incomplete' ? null : (
          <Nothing
            mark={<TableIcon />}
            sentence={
              broken ? texts.items.reconnectFirst : phase.phase === 'complete' ? texts.items.empty : texts.items.idle
            }
          />
        )
      ) : (
        <>
          <ItemsToolbar
            load={load}
            look={look}
            order={rows.order}
            fileName={`${integration.id}-${connection.account.name.replace(/[^\p{L}\p{N}]+/gu, '-')}`}
            view={view}
            onView={setView}
          />
          <Trail
            items={items}
            within={look.within}
            onGo={(id) => {
              lookInto(id);
              // The step that had the focus is gone with the way down from it.
              title.current?.focus({ preventScroll: true });
            }}
          />
          {rows.order.length === 0 && !rows.busy && phase.phase !== 'loading' ? (
            <Nothing mark={<TableIcon />} sentence={texts.items.noMatch}>
              <Button onClick={() => changePlace({ find: null, show: null, in: null }, 'push')}>
                {texts.items.noMatchClear}
              </Button>
            </Nothing>
          ) : view === 'table' ? (
            <ItemsGrid
              items={items}
              order={rows.order}
              orderOf={look.wish}
              columns={look.shown}
              sort={look.sort}
              labelledBy="items-title"
              busy={rows.busy}
              onSort={sortBy}
              onOpen={openItem}
              onLookInto={(item) => lookInto(item.id)}
            />
          ) : (
            <JsonView items={items} order={rows.order} />
          )}
          <Typography variant="body2" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
            {rows.busy ? texts.items.finding : texts.items.showing(rows.order.length, count)}
          </Typography>
        </>
      )}
      <ItemDrawer
        item={open ?? null}
        path={open === undefined ? [] : items.pathTo(open)}
        inside={open === undefined ? 0 : items.childrenOf(open.id)}
        onClose={closeItem}
        onLookInto={(id) => {
          setLastOpen(null);
          lookInto(id);
        }}
        onUseAsParent={
          parentWanted
            ? (parent) => {
                setLastOpen(null);
                changePlace({ parent, item: null }, 'replace');
              }
            : undefined
        }
      />
    </Panel>
  );
}

/** In the shape of the rows that will take its place. */
function Beginning() {
  return (
    <Box aria-hidden sx={{ display: 'grid', gap: 1.5, alignContent: 'start', minHeight: 240, pt: 1 }}>
      {[72, 58, 80, 64, 70].map((width) => (
        <Skeleton key={width} variant="rounded" height={24} width={`${width}%`} />
      ))}
    </Box>
  );
}
