import { memo, useId, useState } from 'react';
import { Box, Chip, IconButton, TableCell, TableRow } from '@mui/material';
import type { Item } from '#sdk';
import { ChevronIcon, FolderIcon, OpenIcon } from '../icons.js';
import { Moment } from '../layout/moment.js';
import { texts } from '../texts.js';
import { columns, wide } from './columns.js';
import { ItemDetails } from './item-details.js';

export const ItemRow = memo(function ItemRow({
  item,
  onUseAsParent,
}: {
  item: Item;
  onUseAsParent: ((id: string) => void) | undefined;
}) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const name = item.name ?? '';
  const shown = name === '' ? texts.items.unnamed : name;
  return (
    <>
      <TableRow hover sx={{ '& > td, & > th': { borderBottom: open ? 0 : undefined } }}>
        <TableCell padding="checkbox">
          <IconButton
            size="small"
            aria-label={texts.items.details(shown)}
            aria-expanded={open}
            aria-controls={open ? details : undefined}
            onClick={() => setOpen(!open)}
          >
            <ChevronIcon
              fontSize="small"
              sx={{ transform: open ? 'rotate(90deg)' : undefined, transition: 'transform 120ms' }}
            />
          </IconButton>
        </TableCell>
        <TableCell component="th" scope="row" sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>
          {isTrue(item.directory) ? (
            <FolderIcon sx={{ fontSize: 18, mr: 0.75, verticalAlign: '-4px', color: 'text.secondary' }} />
          ) : null}
          <Box component="span" sx={name === '' ? { color: 'text.secondary', fontStyle: 'italic' } : undefined}>
            {shown}
          </Box>
          {isTrue(item.visibility) ? null : <Chip size="small" label={texts.items.hidden} sx={{ ml: 1 }} />}
        </TableCell>
        <TableCell>{item.type}</TableCell>
        <TableCell sx={{ ...wide, overflowWrap: 'anywhere' }}>
          {item.parentPathOrName ?? item.parentId ?? texts.values.none}
        </TableCell>
        <TableCell sx={{ ...wide, whiteSpace: 'nowrap' }}>
          <Moment time={item.lastModifiedTime} />
        </TableCell>
        <TableCell padding="checkbox">
          {item.url !== null && /^https?:/.test(item.url) ? (
            <IconButton
              size="small"
              component="a"
              href={item.url}
              target="_blank"
              rel="noreferrer"
              aria-label={texts.items.openItem(shown)}
              title={texts.items.open}
            >
              <OpenIcon fontSize="small" />
            </IconButton>
          ) : null}
        </TableCell>
      </TableRow>
      {open ? (
        <TableRow id={details}>
          <TableCell colSpan={columns.length} sx={{ pt: 0, bgcolor: 'action.hover' }}>
            <ItemDetails item={item} onUseAsParent={onUseAsParent && (() => onUseAsParent(item.id))} />
          </TableCell>
        </TableRow>
      ) : null}
    </>
  );
});

/** The document calls these two objects; they are booleans. */
const isTrue = (value: unknown): boolean => value === true;
