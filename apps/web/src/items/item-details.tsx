import type { ReactNode } from 'react';
import { Box, Button, Typography } from '@mui/material';
import type { Item } from '#sdk';
import { Facts } from '../layout/facts.js';
import { Moment } from '../layout/moment.js';
import { texts } from '../texts.js';
import { propertyText } from './property-value.js';

interface ItemDetailsProps {
  item: Item;
  /** `undefined`: nothing was asked for that needs a parent. */
  onUseAsParent: (() => void) | undefined;
}

/** What the table has no column for, and what a narrow screen has no room for. */
export function ItemDetails({ item, onUseAsParent }: ItemDetailsProps) {
  const words = texts.items;
  const properties = Object.entries(item.properties).map(([name, value]): [string, ReactNode] => [
    name,
    propertyText(value),
  ]);
  const parent = item.parentPathOrName ?? item.parentId;
  return (
    <Box sx={{ display: 'grid', gap: 2, py: 1.5, px: { xs: 0.5, sm: 2 } }}>
      {properties.length === 0 ? (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {words.noProperties}
        </Typography>
      ) : (
        <Facts facts={properties} />
      )}
      <Box sx={{ borderTop: 1, borderColor: 'divider', pt: 1.5 }}>
        <Facts
          facts={[
            [words.id, <code key="id">{item.id}</code>],
            ...(parent === null ? [] : ([[words.in, parent]] as [string, ReactNode][])),
            [words.created, <Moment key="created" time={item.creationTime} />],
            [words.modified, <Moment key="modified" time={item.lastModifiedTime} />],
            ...(item.mimeType === null ? [] : ([[words.mimeType, item.mimeType]] as [string, ReactNode][])),
          ]}
        />
      </Box>
      {onUseAsParent === undefined ? null : (
        <Button size="small" variant="outlined" onClick={onUseAsParent} sx={{ justifySelf: 'start' }}>
          {words.useAsParent}
        </Button>
      )}
    </Box>
  );
}
