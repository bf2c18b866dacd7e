import { Box, Breadcrumbs, Link, Typography } from '@mui/material';
import type { Item } from '@causeway/client';
import { changePlace } from '../place/place.js';
import { texts } from '../texts.js';
import { nameOf } from './grid/grid-row.js';
import type { LoadedItems } from './load/loaded-items.js';

/** Looks into an item; the back button looks out again. */
export const lookInto = (id: string | null): void => changePlace({ in: id, item: null }, 'push');

interface TrailProps {
  items: LoadedItems;
  within: string | null;
  /** `null`: everything. */
  onGo: (id: string | null) => void;
}

/** From everything down to what is looked into. */
export function Trail({ items, within, onGo }: TrailProps) {
  if (within === null) return null;
  // An address may name an item of a type that was not loaded.
  const here = items.find(within);
  const name = here === undefined ? nameFromInside(items, within) : nameOf(here);
  return (
    <Box sx={{ minHeight: 28, display: 'flex', alignItems: 'center' }}>
      <Breadcrumbs aria-label={texts.items.trail} sx={{ fontSize: '0.875rem' }}>
        <Step label={texts.items.everything} onGo={() => onGo(null)} />
        {(here === undefined ? [] : items.pathTo(here)).map((above: Item) => (
          <Step key={`${above.type} ${above.id}`} label={nameOf(above)} onGo={() => onGo(above.id)} />
        ))}
        <Typography variant="body2" aria-current="true" sx={{ fontWeight: 600 }}>
          {name}
        </Typography>
      </Breadcrumbs>
    </Box>
  );
}

const nameFromInside = (items: LoadedItems, id: string): string =>
  items.rows.find(({ parentId }) => parentId === id)?.parentPathOrName ?? id;

function Step({ label, onGo }: { label: string; onGo: () => void }) {
  return (
    <Link component="button" type="button" variant="body2" onClick={onGo} sx={{ minHeight: 24 }}>
      {label}
    </Link>
  );
}
