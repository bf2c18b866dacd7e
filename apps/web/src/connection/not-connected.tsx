import { Alert, Box, Button, Typography } from '@mui/material';
import type { IntegrationDetails } from '@causeway/client';
import { Hint } from '../layout/hint.js';
import { useMay } from '../session/caller.js';
import { texts } from '../texts.js';
import type { User } from '../user/user.js';
import { ScopeList } from './scope-list.js';

interface NotConnectedProps {
  integration: IntegrationDetails;
  user: User;
  connecting: boolean;
  onConnect: () => void;
}

export function NotConnected({ integration, user, connecting, onConnect }: NotConnectedProps) {
  const { name, scopes, permissions, configured } = integration;
  const canWrite = useMay('connections:write');
  if (!configured) return <Alert severity="info">{texts.connect.notConfigured(name)}</Alert>;
  return (
    <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start', maxWidth: 720, py: 2 }}>
      <Typography sx={{ overflowWrap: 'anywhere' }}>{texts.connect.notConnected(name, user.userId)}</Typography>
      <Box>
        <Hint sx={{ mb: 0.75 }}>{scopes.length === 0 ? texts.connect.scopesSelectedThere : texts.connect.scopes}</Hint>
        {scopes.length > 0 && <ScopeList scopes={scopes} label={texts.connect.scopes} permissions={permissions} />}
      </Box>
      <Button variant="contained" size="large" onClick={onConnect} disabled={connecting || !canWrite}>
        {texts.connect.connect(name)}
      </Button>
      {!canWrite && <Hint>{texts.connect.mayNot}</Hint>}
    </Box>
  );
}
