import { Box } from '@mui/material';
import type { ConnectionEventsStatus } from '@causeway/react';
import { texts } from '../texts.js';

const COLORS = { connecting: 'text.disabled', open: 'success.main', reconnecting: 'warning.main' };

export function LiveIndicator({ status }: { status: ConnectionEventsStatus }) {
  return (
    <Box
      role="status"
      title={texts.connections.liveHint}
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, typography: 'body2', color: 'text.secondary' }}
    >
      <Box component="span" aria-hidden sx={{ width: 8, height: 8, borderRadius: '50%', bgcolor: COLORS[status] }} />
      {texts.connections.live[status]}
    </Box>
  );
}
