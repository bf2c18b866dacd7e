import { Chip } from '@mui/material';
import type { Connection } from '@causeway/client';
import { texts } from '../texts.js';

export function StatusChip({ status }: Pick<Connection, 'status'>) {
  return (
    <Chip
      size="small"
      variant="outlined"
      color={status === 'active' ? 'success' : 'warning'}
      label={texts.connections.statuses[status]}
      // Also readable in a row that is selected.
      sx={{ bgcolor: 'background.paper' }}
    />
  );
}
