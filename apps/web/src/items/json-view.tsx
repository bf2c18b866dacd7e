import { Box } from '@mui/material';
import { Hint } from '../layout/hint.js';
import { texts } from '../texts.js';
import type { LoadedItems } from './load/loaded-items.js';

/** More would take the browser too long to lay out. */
const MAX_ITEMS = 200;

export function JsonView({ items, order }: { items: LoadedItems; order: readonly number[] }) {
  const shown = order.slice(0, MAX_ITEMS).flatMap((index) => items.rows[index] ?? []);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <JsonText value={shown} label={texts.items.jsonLabel} height={480} />
      {shown.length < order.length && <Hint>{texts.items.jsonTruncated(shown.length)}</Hint>}
    </Box>
  );
}

/** Formatted JSON; the keyboard scrolls it, and its corner resizes it. */
export function JsonText({ value, label, height }: { value: unknown; label: string; height: number }) {
  return (
    <Box
      component="pre"
      role="region"
      tabIndex={0}
      aria-label={label}
      sx={{
        m: 0,
        p: 1.5,
        height,
        minHeight: 120,
        overflow: 'auto',
        resize: 'vertical',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.default',
        font: '0.8125rem/1.5 ui-monospace, monospace',
        whiteSpace: 'pre',
      }}
    >
      {JSON.stringify(value, null, 2)}
    </Box>
  );
}
