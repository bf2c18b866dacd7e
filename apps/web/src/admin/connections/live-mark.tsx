import { Box } from '@mui/material';
import { texts } from '../texts.js';
import type { FeedState } from './live-feed.js';

/** Whether the list keeps itself up to date. */
export function LiveMark({ state }: { state: FeedState }) {
  return (
    <Box
      role="status"
      title={texts.connections.liveHint}
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, typography: 'body2', color: 'text.secondary' }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{
          width: 8,
          height: 8,
          borderRadius: '50%',
          bgcolor: state === 'live' ? 'success.main' : state === 'lost' ? 'warning.main' : 'text.disabled',
        }}
      />
      {texts.connections.live[state]}
    </Box>
  );
}
