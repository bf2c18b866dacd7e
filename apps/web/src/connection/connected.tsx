import { Alert, AlertTitle, Box, Button } from '@mui/material';
import type { Connection } from '@causeway/client';
import { emptyRegion } from '../layout/live-region.js';
import { texts } from '../texts.js';
import { ConnectionFacts } from './connection-facts.js';

interface ConnectedProps {
  connection: Connection;
  /** An authorization is under way. */
  busy: boolean;
  checking: boolean;
  onCheck: () => void;
  onReconnect: () => void;
  onDisconnect: () => void;
  onConnectAnother: () => void;
}

export function Connected({
  connection,
  busy,
  checking,
  onCheck,
  onReconnect,
  onDisconnect,
  onConnectAnother,
}: ConnectedProps) {
  const broken = connection.status === 'needs-reconnect';
  return (
    <>
      <Box role="status" sx={emptyRegion}>
        {broken && connection.problem !== null ? (
          <Alert severity="warning">
            <AlertTitle>{connection.problem.title}</AlertTitle>
            {connection.problem.detail}
          </Alert>
        ) : null}
      </Box>
      <ConnectionFacts connection={connection} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="outlined" onClick={onCheck} loading={checking}>
          {texts.connection.check}
        </Button>
        <Button variant={broken ? 'contained' : 'outlined'} onClick={onReconnect} disabled={busy}>
          {texts.connect.reconnect}
        </Button>
        <Button variant="outlined" onClick={onConnectAnother} disabled={busy}>
          {texts.connect.another}
        </Button>
        <Button variant="outlined" color="error" onClick={onDisconnect} sx={{ ml: { sm: 'auto' } }}>
          {texts.connection.disconnect}
        </Button>
      </Box>
    </>
  );
}
