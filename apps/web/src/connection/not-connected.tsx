import { Alert, Box, Button, Typography } from '@mui/material';
import type { IntegrationDetails } from '@causeway/client';
import { Hint } from '../layout/content.js';
import { useMay } from '../session/caller.js';
import type { User } from '../user/user.js';
import { ScopeList } from './scope-list.js';

const REQUESTED = 'Requested permissions';

interface NotConnectedProps {
  integration: IntegrationDetails;
  user: User;
  connecting: boolean;
  onConnect: () => void;
}

export function NotConnected({ integration, user, connecting, onConnect }: NotConnectedProps) {
  const { name, scopes, permissions, configured } = integration;
  const canWrite = useMay('connections:write');
  if (!configured)
    return <Alert severity="info">{`${name} is not available yet. Ask whoever runs this service to set it up.`}</Alert>;
  return (
    <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start', maxWidth: 720, py: 2 }}>
      <Typography sx={{ overflowWrap: 'anywhere' }}>{`${user.userId} has no connected ${name} account.`}</Typography>
      <Box>
        <Hint sx={{ mb: 0.75 }}>
          {scopes.length === 0 ? 'You choose what it can read on the next page.' : REQUESTED}
        </Hint>
        {scopes.length > 0 && <ScopeList scopes={scopes} label={REQUESTED} permissions={permissions} />}
      </Box>
      <Button variant="contained" size="large" onClick={onConnect} disabled={connecting || !canWrite}>
        {`Connect ${name}`}
      </Button>
      {!canWrite && <Hint>Your key or session does not include the permission connections:write.</Hint>}
    </Box>
  );
}
