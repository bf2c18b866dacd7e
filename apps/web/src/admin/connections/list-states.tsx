import { Box, Button, Skeleton, Typography } from '@mui/material';
import { texts } from '../texts.js';

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Of the height of rows that come. */
export function ListLoading() {
  return (
    <Box role="img" aria-label={texts.connections.loading} sx={{ px: 2, py: 1 }}>
      {ROWS.map((row) => (
        <Skeleton key={row} height={49} />
      ))}
    </Box>
  );
}

interface NoConnectionsProps {
  filtered: boolean;
  /** Something may still be found. */
  searching: boolean;
  onClear: () => void;
}

export function NoConnections({ filtered, searching, onClear }: NoConnectionsProps) {
  return (
    <Box sx={{ px: 2, py: 6, display: 'grid', gap: 1, justifyItems: 'center', textAlign: 'center' }}>
      <Typography sx={{ fontWeight: 600 }}>
        {searching ? texts.connections.nothingYet : filtered ? texts.connections.nothingFound : texts.connections.empty}
      </Typography>
      {filtered ? (
        <Button onClick={onClear}>{texts.connections.clear}</Button>
      ) : (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {texts.connections.emptyHint}
        </Typography>
      )}
    </Box>
  );
}
