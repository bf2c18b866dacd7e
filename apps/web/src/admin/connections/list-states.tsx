import { Box, Button, Skeleton, Typography } from '@mui/material';
import { texts } from '../texts.js';

/** As high as the rows. */
export function ListLoading() {
  return (
    <Box role="img" aria-label={texts.connections.loading} sx={{ px: 2, py: 1 }}>
      {[1, 2, 3, 4, 5, 6, 7, 8].map((row) => (
        <Skeleton key={row} height={49} />
      ))}
    </Box>
  );
}

interface NoConnectionsProps {
  filtered: boolean;
  searching: boolean;
  onClear: () => void;
}

export function NoConnections({ filtered, searching, onClear }: NoConnectionsProps) {
  const { nothingYet, noMatch, empty, emptyHint, clear } = texts.connections;
  return (
    <Box sx={{ px: 2, py: 6, display: 'grid', gap: 1, justifyItems: 'center', textAlign: 'center' }}>
      <Typography sx={{ fontWeight: 600 }}>{searching ? nothingYet : filtered ? noMatch : empty}</Typography>
      {filtered ? (
        <Button onClick={onClear}>{clear}</Button>
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {emptyHint}
        </Typography>
      )}
    </Box>
  );
}
