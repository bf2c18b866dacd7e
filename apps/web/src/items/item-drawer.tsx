import type { ReactNode } from 'react';
import { Box, Button, Typography } from '@mui/material';
import type { Item } from '@causeway/client';
import { FolderIcon, OpenIcon } from '../icons.js';
import { DateTime } from '../layout/date-time.js';
import { DescriptionList } from '../layout/description-list.js';
import { Hint } from '../layout/hint.js';
import { DrawerContent, SideDrawer } from '../layout/side-drawer.js';
import { texts } from '../texts.js';
import { nameOf } from './grid/grid-row.js';
import { JsonText } from './json-view.js';
import { placeOf, type LoadedItems } from './load/loaded-items.js';
import { formatProperty } from './property-value.js';

interface ItemDrawerProps {
  items: LoadedItems;
  item: Item | undefined;
  onClose: () => void;
  onShowChildren: (id: string) => void;
  /** `undefined`: none of the selected types needs a parent. */
  onUseAsParent: ((id: string) => void) | undefined;
}

export function ItemDrawer({ item, ...props }: ItemDrawerProps) {
  return (
    <SideDrawer open={item !== undefined} width={560} onClose={props.onClose}>
      {item && <ItemDetails item={item} {...props} />}
    </SideDrawer>
  );
}

function ItemDetails(props: ItemDrawerProps & { item: Item }) {
  const { items, item, onClose, onShowChildren, onUseAsParent } = props;
  const labels = texts.items;
  const path = items.pathTo(item).map(nameOf).join(' › ');
  const parent = path || item.parentPathOrName || item.parentId;
  const childCount = items.childCount(item);
  const entries: [string, ReactNode][] = [
    [labels.parent, parent],
    [labels.created, <DateTime time={item.creationTime} />],
    [labels.modified, <DateTime time={item.lastModifiedTime} />],
    [labels.mimeType, item.mimeType],
    [labels.id, <code>{item.id}</code>],
  ];
  const properties = Object.entries(item.properties).map(([name, value]): [string, string] => [
    name,
    formatProperty(value),
  ]);
  return (
    <DrawerContent title={nameOf(item)} overline={item.type} onClose={onClose}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, '&:empty': { display: 'none' } }}>
        {item.url !== null && /^https?:/.test(item.url) && (
          <Button
            variant="outlined"
            size="small"
            href={item.url}
            target="_blank"
            rel="noreferrer"
            startIcon={<OpenIcon />}
          >
            {labels.open}
          </Button>
        )}
        {childCount > 0 && (
          <Button
            variant="outlined"
            size="small"
            startIcon={<FolderIcon />}
            onClick={() => onShowChildren(placeOf(item))}
          >
            {labels.showChildren(childCount)}
          </Button>
        )}
        {onUseAsParent && (
          <Button variant="outlined" size="small" onClick={() => onUseAsParent(placeOf(item))}>
            {labels.useAsParent}
          </Button>
        )}
      </Box>
      <DescriptionList entries={entries.filter(([, value]) => value !== null)} />
      <Box component="section" aria-labelledby="item-properties" sx={{ display: 'grid', gap: 1.5 }}>
        <Typography id="item-properties" variant="h3">
          {labels.properties}
        </Typography>
        {properties.length === 0 ? <Hint>{labels.noProperties}</Hint> : <DescriptionList entries={properties} />}
      </Box>
      <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
        <Typography variant="h3">{labels.json}</Typography>
        <JsonText value={item} label={labels.json} height={280} />
      </Box>
    </DrawerContent>
  );
}
