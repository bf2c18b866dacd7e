import { Box, Typography } from '@mui/material';
import type { Connection } from '@causeway/client';
import { formatDateTime } from '../layout/date-time.js';
import { SelectableCard } from '../layout/selectable-card.js';
import { texts } from '../texts.js';
import { StatusChip } from './status-chip.js';

interface AccountListProps {
  connections: Connection[];
  selected: Connection;
  onSelect: (id: string) => void;
}

/** For users with several accounts of one integration. */
export function AccountList({ connections, selected, onSelect }: AccountListProps) {
  return (
    <Box
      component="ul"
      aria-label={texts.connection.accounts}
      sx={{
        display: 'grid',
        gap: 1,
        gridTemplateColumns: { xs: '1fr', sm: 'repeat(auto-fill, minmax(340px, 1fr))' },
      }}
    >
      {connections.map(({ id, account, status, lastUsedAt }) => (
        <Box component="li" key={id} sx={{ minWidth: 0 }}>
          <SelectableCard selected={id === selected.id} onClick={() => onSelect(id)} sx={{ px: 1.5, py: 1 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>
                {account.name}
              </Typography>
              <Typography variant="caption" noWrap sx={{ display: 'block', color: 'text.secondary' }}>
                {lastUsedAt === null
                  ? texts.connection.neverUsed
                  : texts.connection.usedAt(formatDateTime(lastUsedAt) ?? lastUsedAt)}
              </Typography>
            </Box>
            <StatusChip status={status} />
          </SelectableCard>
        </Box>
      ))}
    </Box>
  );
}
