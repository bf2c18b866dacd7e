import { Box, Breadcrumbs, Link, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { nameOf } from './grid/grid-row.js';
import { keyOf, parentPlaceOf, placeOf, type LoadedItems } from './load/loaded-items.js';

interface ItemBreadcrumbsProps {
  items: LoadedItems;
  /** Of the item whose children are shown; `null`: all items are. */
  place: string | null;
  onSelect: (place: string | null) => void;
}

export function ItemBreadcrumbs({ items, place, onSelect }: ItemBreadcrumbsProps) {
  if (place === null) return null;
  // The parent may be of a type that was not loaded; its children may know its name.
  const parent = items.find(place);
  const name = parent
    ? nameOf(parent)
    : (items.rows.find((item) => parentPlaceOf(item) === place)?.parentPathOrName ?? place);
  const link = (key: string, label: string, to: string | null) => (
    <Link
      key={key}
      component="button"
      type="button"
      variant="body2"
      onClick={() => onSelect(to)}
      sx={{ minHeight: 24 }}
    >
      {label}
    </Link>
  );
  return (
    <Box sx={{ minHeight: 28, display: 'flex', alignItems: 'center' }}>
      <Breadcrumbs aria-label={texts.items.breadcrumbs} sx={{ fontSize: '0.875rem' }}>
        {link('all', texts.items.allItems, null)}
        {parent && items.pathTo(parent).map((ancestor) => link(keyOf(ancestor), nameOf(ancestor), placeOf(ancestor)))}
        <Typography variant="body2" aria-current="true" sx={{ fontWeight: 600 }}>
          {name}
        </Typography>
      </Breadcrumbs>
    </Box>
  );
}
