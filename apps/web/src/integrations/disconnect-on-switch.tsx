import { useState } from 'react';
import { Box, FormControlLabel, Switch } from '@mui/material';
import type { Connection, Integration, IntegrationDetails } from '@causeway/client';
import type { UseAccounts } from '@causeway/react';
import { ConfirmDialog } from '../layout/confirm-dialog.js';
import { LiveRegion } from '../layout/content.js';
import { Notice } from '../layout/problem-alert.js';
import { selectAccount } from '../routing/search-params.js';
import { texts } from '../texts.js';
import { disconnectsOnSwitch, setDisconnectsOnSwitch } from './disconnect-setting.js';

/** The user has selected another integration, and the connections of the one before are to be disconnected. */
export interface Switched {
  from: Integration;
  connections: Connection[];
  to: string;
}

interface DisconnectOnSwitchProps {
  accounts: UseAccounts<IntegrationDetails>;
  /** The last question; `null`: there was none. */
  switched: Switched | null;
  /** The integration that is shown. */
  selected: string | undefined;
}

/** The option to disconnect an integration's connections when the user selects another integration; off by default. */
export default function DisconnectOnSwitch({ accounts, switched, selected }: DisconnectOnSwitchProps) {
  const { disconnection, disconnect, dismiss } = accounts;
  const [enabled, setEnabled] = useState(disconnectsOnSwitch);
  const [answered, setAnswered] = useState<Switched | null>(null);
  const [left, setLeft] = useState<Integration | null>(null);
  const onConfirm = async ({ from, connections, to }: Switched) => {
    setAnswered(switched);
    setLeft(from);
    selectAccount({ integration: to });
    for (const connection of connections) if (!(await disconnect(connection))) break;
  };
  const isShown = left !== null && left.id !== selected && disconnection?.connection.integration === left.id;
  const change = (next: boolean) => {
    setDisconnectsOnSwitch(next);
    setEnabled(next);
  };
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <FormControlLabel
        sx={{ mx: 0 }}
        control={<Switch size="small" checked={enabled} onChange={(_, next) => change(next)} />}
        label="Disconnect the previous integration when switching"
        slotProps={{ typography: { variant: 'caption', sx: { display: 'block', lineHeight: 1.4 } } }}
      />
      <LiveRegion>
        {isShown && disconnection.phase === 'disconnected' && (
          <Notice severity="info" onDismiss={dismiss}>
            {`${left.name} was disconnected because you switched to another integration.`}
          </Notice>
        )}
        {isShown && disconnection.phase === 'failed' && (
          <Notice severity="warning" onDismiss={dismiss}>
            {`${left.name} could not be disconnected when you switched. It is still connected.`}
          </Notice>
        )}
      </LiveRegion>
      {switched && (
        <ConfirmDialog
          open={switched !== answered}
          title={`Disconnect ${switched.from.name} and switch?`}
          detail={`${switched.connections.map(({ account }) => account.name).join(', ')} will be disconnected, because “Disconnect the previous integration when switching” is on. The credentials are deleted here, and ${switched.from.name} is asked to revoke the access. This cannot be undone.`}
          cancel={texts.cancel}
          confirm="Disconnect and switch"
          onCancel={() => setAnswered(switched)}
          onConfirm={() => void onConfirm(switched)}
        />
      )}
    </Box>
  );
}
