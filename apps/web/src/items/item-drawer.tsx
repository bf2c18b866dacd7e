import { useMemo, type ReactNode } from 'react';
import { Box, Button, Typography } from '@mui/material';
import type { IntegrationDetails, Item } from '@causeway/client';
import { describeProperties, ITEM_TEXTS, locationOf, nameOf, opens, type LoadedItems } from '@causeway/react';
import { OpenIcon, FolderIcon } from '../icons.js';
import { DateTime, DescriptionList, Hint } from '../layout/content.js';
import { DrawerContent, SideDrawer } from '../layout/side-drawer.js';
import { itemCount } from '../texts.js';
import { JsonField } from './json/json-field.js';

const SMALL = { variant: 'outlined', size: 'small' } as const;

interface ItemDrawerProps {
  integration: IntegrationDetails;
  items: LoadedItems;
  item: Item | undefined;
  /** Of the containers, by their places. */
  parentNames: ReadonlyMap<string, string>;
  onClose: () => void;
  onOpen: (item: Item) => void;
}

export function ItemDrawer({ item, ...props }: ItemDrawerProps) {
  return (
    <SideDrawer open={item !== undefined} width={640} onClose={props.onClose}>
      {item && <ItemDetails item={item} {...props} />}
    </SideDrawer>
  );
}

function ItemDetails(props: ItemDrawerProps & { item: Item }) {
  const { integration, items, parentNames, item, onClose, onOpen } = props;
  const inside = opens(integration, items, item);
  const entries: [string, ReactNode][] = [
    [ITEM_TEXTS.location, locationOf(items, item, { parentNames })],
    [ITEM_TEXTS.created, item.creationTime && <DateTime time={item.creationTime} />],
    [ITEM_TEXTS.modified, item.lastModifiedTime && <DateTime time={item.lastModifiedTime} />],
    ['Media type', item.mimeType],
    [ITEM_TEXTS.id, item.id],
  ];
  const type = integration.itemTypeDetails.find((details) => details.type === item.type);
  const properties = describeProperties(item, integration.itemTypeDetails);
  // The rows of a field that shows one item.
  const alone = useMemo(() => ({ rows: [item] }), [item]);
  return (
    <DrawerContent title={nameOf(item)} overline={type?.label ?? item.type} onClose={onClose}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, '&:empty': { display: 'none' } }}>
        {!integration.sandbox && item.url !== null && /^https?:/.test(item.url) && (
          <Button {...SMALL} href={item.url} target="_blank" rel="noreferrer" startIcon={<OpenIcon />}>
            Open at the provider
          </Button>
        )}
        {inside !== null && (
          <Button {...SMALL} startIcon={<FolderIcon />} onClick={() => onOpen(item)}>
            {inside === 'contents' ? 'Show contents' : `Show the ${itemCount(items.childCount(item))} in it`}
          </Button>
        )}
      </Box>
      <DescriptionList entries={entries.filter(([, value]) => Boolean(value))} />
      <Box component="section" aria-labelledby="item-properties" sx={{ display: 'grid', gap: 1.5 }}>
        <Typography id="item-properties" variant="h3">
          Properties
        </Typography>
        {properties.length === 0 ? <Hint>No other properties.</Hint> : <DescriptionList entries={properties} />}
      </Box>
      <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
        <Typography variant="h3">JSON</Typography>
        <JsonField items={alone} order={null} label="JSON" height="300px" />
      </Box>
    </DrawerContent>
  );
}
