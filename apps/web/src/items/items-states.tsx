import { Box, Skeleton, Typography } from '@mui/material';
import { TableIcon } from '../icons.js';
import { texts } from '../texts.js';

const ROWS = [72, 58, 80, 64, 70, 52];

/** In the shape of the table that will take its place. */
export function ItemsLoading() {
  return (
    <Box role="status" aria-label={texts.items.loading} sx={{ display: 'grid', gap: 1.25, py: 1 }}>
      {ROWS.map((width) => (
        <Skeleton key={width} variant="rounded" height={24} width={`${width}%`} />
      ))}
    </Box>
  );
}

export function NoItems({ sentence }: { sentence: string }) {
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        gap: 1,
        py: { xs: 3, sm: 5 },
        color: 'text.secondary',
        textAlign: 'center',
      }}
    >
      <TableIcon sx={{ fontSize: 40, opacity: 0.6 }} />
      <Typography variant="body2">{sentence}</Typography>
    </Box>
  );
}
