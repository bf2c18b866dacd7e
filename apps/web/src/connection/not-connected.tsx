import { Alert, Box, Button, Typography } from '@mui/material';
import type { Integration } from '@causeway/client';
import type { Who } from '../api/queries.js';
import { texts } from '../texts.js';
import { ScopeList } from './scope-list.js';

interface NotConnectedProps {
  integration: Integration;
  who: Who;
  busy: boolean;
  onConnect: () => void;
}

export function NotConnected({ integration: { name, scopes, configured }, who, busy, onConnect }: NotConnectedProps) {
  if (!configured) return <Alert severity="info">{texts.connect.notConfigured(name)}</Alert>;
  return (
    <Box sx={{ display: 'grid', gap: 2, justifyItems: 'start' }}>
      <Typography>{texts.connect.invitation(name, who.userId)}</Typography>
      <Box>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 0.75 }}>
          {scopes.length === 0 ? texts.connect.asksForChoice : texts.connect.asksFor}
        </Typography>
        {scopes.length === 0 ? null : <ScopeList scopes={scopes} label={texts.connect.asksFor} />}
      </Box>
      <Button variant="contained" size="large" onClick={onConnect} disabled={busy}>
        {texts.connect.connect(name)}
      </Button>
    </Box>
  );
}
