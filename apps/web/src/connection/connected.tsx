import { Alert, AlertTitle, Box, Button } from '@mui/material';
import type { Connection } from '@causeway/client';
import { LiveRegion } from '../layout/live-region.js';
import { texts } from '../texts.js';
import { ConnectionSummary } from './connection-summary.js';

interface ConnectedProps {
  connection: Connection;
  /** An authorization is in progress. */
  connecting: boolean;
  checking: boolean;
  onCheck: () => void;
  onReconnect: () => void;
  onDisconnect: () => void;
  onConnectAnother: () => void;
}

export function Connected(props: ConnectedProps) {
  const { connection, connecting, checking, onCheck, onReconnect, onDisconnect, onConnectAnother } = props;
  const broken = connection.status === 'needs-reconnect';
  return (
    <>
      <LiveRegion>
        {broken && connection.problem !== null && (
          <Alert severity="warning">
            <AlertTitle>{connection.problem.title}</AlertTitle>
            {connection.problem.detail}
          </Alert>
        )}
      </LiveRegion>
      <ConnectionSummary connection={connection} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="outlined" onClick={onCheck} loading={checking}>
          {texts.connection.check}
        </Button>
        <Button variant={broken ? 'contained' : 'outlined'} onClick={onReconnect} disabled={connecting}>
          {texts.connect.reconnect}
        </Button>
        <Button variant="outlined" onClick={onConnectAnother} disabled={connecting}>
          {texts.connect.another}
        </Button>
        <Button variant="outlined" color="error" onClick={onDisconnect} sx={{ ml: { sm: 'auto' } }}>
          {texts.connection.disconnect}
        </Button>
      </Box>
    </>
  );
}
