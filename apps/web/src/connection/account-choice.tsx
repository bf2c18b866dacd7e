import { MenuItem, TextField } from '@mui/material';
import type { Connection } from '#sdk';
import { texts } from '../texts.js';

interface AccountChoiceProps {
  connections: Connection[];
  chosen: Connection;
  onChoose: (id: string) => void;
}

/** For users who have connected several accounts of one integration. */
export function AccountChoice({ connections, chosen, onChoose }: AccountChoiceProps) {
  return (
    <TextField
      select
      size="small"
      label={texts.connection.account}
      value={chosen.id}
      onChange={(event) => onChoose(event.target.value)}
      sx={{ maxWidth: 360 }}
    >
      {connections.map(({ id, account }) => (
        <MenuItem key={id} value={id}>
          {account.name}
        </MenuItem>
      ))}
    </TextField>
  );
}
