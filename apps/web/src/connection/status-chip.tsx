import { Chip } from '@mui/material';
import type { Connection } from '@causeway/client';
import { texts } from '../texts.js';

export function StatusChip({ status }: Pick<Connection, 'status'>) {
  const active = status === 'active';
  return (
    <Chip
      size="small"
      variant="outlined"
      color={active ? 'success' : 'warning'}
      label={active ? texts.status.connected : texts.status.needsReconnect}
      // Legible also in a selected row.
      sx={{ bgcolor: 'background.paper' }}
    />
  );
}
