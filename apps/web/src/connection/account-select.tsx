import { MenuItem, TextField, Typography } from '@mui/material';
import type { Connection } from '@causeway/client';
import { texts } from '../texts.js';

interface AccountSelectProps {
  connections: Connection[];
  selected: Connection;
  onSelect: (id: string) => void;
}

/** The name of the account, or a choice where the user has several of one integration. */
export function AccountSelect({ connections, selected, onSelect }: AccountSelectProps) {
  const name = ({ account }: Connection) => <bdi title={account.name}>{account.name}</bdi>;
  if (connections.length === 1)
    return (
      <Typography variant="body2" noWrap sx={{ fontWeight: 600, maxWidth: 320 }}>
        {name(selected)}
      </Typography>
    );
  return (
    <TextField
      select
      size="small"
      value={selected.id}
      onChange={({ target }) => onSelect(target.value)}
      slotProps={{ select: { SelectDisplayProps: { 'aria-label': texts.connection.account } } }}
      sx={{ maxWidth: 320, '& .MuiSelect-select': { py: 0.5, fontSize: '0.875rem' } }}
    >
      {connections.map((connection) => (
        <MenuItem key={connection.id} value={connection.id}>
          {name(connection)}
          {connection.status === 'needs-reconnect' && ` (${texts.status.needsReconnect})`}
        </MenuItem>
      ))}
    </TextField>
  );
}
