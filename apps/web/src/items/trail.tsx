import { Box, Breadcrumbs, Link, Typography } from '@mui/material';
import type { Item } from '#sdk';
import { changePlace } from '../place/place.js';
import { texts } from '../texts.js';
import { nameOf } from './grid/grid-row.js';
import type { LoadedItems } from './load/loaded-items.js';

/** Looks into an item; the back button looks out again. */
export const lookInto = (id: string | null): void => changePlace({ in: id, item: null }, 'push');

/** From everything down to what is looked into. */
export function Trail({ items, within }: { items: LoadedItems; within: string | null }) {
  const here = within === null ? undefined : items.find(within);
  if (here === undefined) return null;
  return (
    <Box sx={{ minHeight: 28, display: 'flex', alignItems: 'center' }}>
      <Breadcrumbs aria-label={texts.items.trail} sx={{ fontSize: '0.875rem' }}>
        <Step label={texts.items.everything} onGo={() => lookInto(null)} />
        {items.pathTo(here).map((above: Item) => (
          <Step key={`${above.type} ${above.id}`} label={nameOf(above)} onGo={() => lookInto(above.id)} />
        ))}
        <Typography variant="body2" aria-current="true" sx={{ fontWeight: 600 }}>
          {nameOf(here)}
        </Typography>
      </Breadcrumbs>
    </Box>
  );
}

function Step({ label, onGo }: { label: string; onGo: () => void }) {
  return (
    <Link component="button" type="button" variant="body2" onClick={onGo} sx={{ minHeight: 24 }}>
      {label}
    </Link>
  );
}
