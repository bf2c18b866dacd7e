import { Box, ButtonBase, Typography } from '@mui/material';
import type { Connection } from '@causeway/client';
import { formatDateTime } from '../layout/date-time.js';
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
        listStyle: 'none',
        m: 0,
        p: 0,
        display: 'grid',
        gap: 1,
        gridTemplateColumns: { xs: '1fr', sm: 'repeat(auto-fill, minmax(340px, 1fr))' },
      }}
    >
      {connections.map(({ id, account, status, lastUsedAt }) => (
        <Box component="li" key={id} sx={{ minWidth: 0 }}>
          <ButtonBase aria-pressed={id === selected.id} onClick={() => onSelect(id)} sx={ACCOUNT}>
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
          </ButtonBase>
        </Box>
      ))}
    </Box>
  );
}

const ACCOUNT = {
  width: '100%',
  gap: 1.5,
  px: 1.5,
  py: 1,
  textAlign: 'left',
  borderRadius: 1,
  border: '1px solid',
  borderColor: 'divider',
  '&:hover': { borderColor: 'text.secondary' },
  '&[aria-pressed="true"]': {
    borderColor: 'primary.main',
    boxShadow: 'inset 0 0 0 1px var(--mui-palette-primary-main)',
  },
  '&.Mui-focusVisible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
};
