import { Box, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { JsonText } from './json-text.js';
import type { LoadedItems } from './load/loaded-items.js';

/** More would take the browser too long to lay out. */
const MAX_ITEMS = 200;

export function JsonView({ items, order }: { items: LoadedItems; order: readonly number[] }) {
  const shown = order.slice(0, MAX_ITEMS).flatMap((index) => items.rows[index] ?? []);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <JsonText value={shown} label={texts.items.jsonLabel} height={480} />
      {shown.length < order.length && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {texts.items.jsonTruncated(shown.length)}
        </Typography>
      )}
    </Box>
  );
}
