import type { ReactNode } from 'react';
import { Box, Button, Drawer, IconButton, Typography } from '@mui/material';
import type { Item } from '@causeway/client';
import { CloseIcon, FolderIcon, OpenIcon } from '../icons.js';
import { Facts } from '../layout/facts.js';
import { Moment } from '../layout/moment.js';
import { texts } from '../texts.js';
import { nameOf } from './grid/grid-row.js';
import { JsonText } from './json-text.js';
import { shownProperty } from './property-value.js';

interface ItemDrawerProps {
  /** `null`: closed. */
  item: Item | null;
  path: Item[];
  inside: number;
  onClose: () => void;
  onLookInto: (id: string) => void;
  /** `undefined`: nothing was asked for that needs a parent. */
  onUseAsParent: ((id: string) => void) | undefined;
}

/** Everything that is known of one item. */
export function ItemDrawer({ item, onClose, ...rest }: ItemDrawerProps) {
  return (
    <Drawer
      anchor="right"
      open={item !== null}
      onClose={onClose}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-labelledby': 'item-title',
          sx: { width: 'min(560px, 100vw)' },
        },
      }}
    >
      {item === null ? null : <Details item={item} onClose={onClose} {...rest} />}
    </Drawer>
  );
}

function Details({
  item,
  path,
  inside,
  onClose,
  onLookInto,
  onUseAsParent,
}: Omit<ItemDrawerProps, 'item'> & { item: Item }) {
  const words = texts.items;
  const properties = Object.entries(item.properties).map(([name, value]): [string, ReactNode] => [
    name,
    shownProperty(value),
  ]);
  const parent = path.length > 0 ? path.map(nameOf).join(' › ') : (item.parentPathOrName ?? item.parentId);
  return (
    <Box sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {item.type}
          </Typography>
          <Typography id="item-title" variant="h2" sx={{ overflowWrap: 'anywhere' }}>
            {nameOf(item)}
          </Typography>
        </Box>
        <IconButton aria-label={words.close} onClick={onClose} autoFocus>
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, '&:empty': { display: 'none' } }}>
        {item.url !== null && /^https?:/.test(item.url) ? (
          <Button
            variant="outlined"
            size="small"
            href={item.url}
            target="_blank"
            rel="noreferrer"
            startIcon={<OpenIcon />}
          >
            {words.open}
          </Button>
        ) : null}
        {inside === 0 ? null : (
          <Button variant="outlined" size="small" startIcon={<FolderIcon />} onClick={() => onLookInto(item.id)}>
            {words.lookInside(inside)}
          </Button>
        )}
        {onUseAsParent === undefined ? null : (
          <Button variant="outlined" size="small" onClick={() => onUseAsParent(item.id)}>
            {words.useAsParent}
          </Button>
        )}
      </Box>
      <Facts
        facts={[
          ...(parent === null ? [] : ([[words.in, parent]] as [string, ReactNode][])),
          [words.created, <Moment key="created" time={item.creationTime} />],
          [words.modified, <Moment key="modified" time={item.lastModifiedTime} />],
          ...(item.mimeType === null ? [] : ([[words.mimeType, item.mimeType]] as [string, ReactNode][])),
          [words.id, <code key="id">{item.id}</code>],
        ]}
      />
      <Box component="section" aria-labelledby="item-properties" sx={{ display: 'grid', gap: 1.5 }}>
        <Typography id="item-properties" variant="h3">
          {words.properties}
        </Typography>
        {properties.length === 0 ? (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {words.noProperties}
          </Typography>
        ) : (
          <Facts facts={properties} />
        )}
      </Box>
      <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
        <Typography variant="h3">{words.json}</Typography>
        <JsonText value={item} label={words.json} height={280} />
      </Box>
    </Box>
  );
}
