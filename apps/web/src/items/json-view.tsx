import { Box, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { JsonText } from './json-text.js';
import type { LoadedItems } from './load/loaded-items.js';

/** More than anybody reads, and no more than a browser lays out at once. */
const MOST = 200;

export function JsonView({ items, order }: { items: LoadedItems; order: readonly number[] }) {
  const some = order.slice(0, MOST).flatMap((at) => items.rows[at] ?? []);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <JsonText value={some} label={texts.items.jsonLabel} height={480} />
      {some.length === order.length ? null : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {texts.items.jsonPart(some.length)}
        </Typography>
      )}
    </Box>
  );
}
