import { useState } from 'react';
import { Box, FormControlLabel, Switch, Typography } from '@mui/material';
import type { Connection, Integration, IntegrationDetails } from '@causeway/client';
import type { UseAccounts } from '@causeway/react';
import { ConfirmDialog } from '../layout/confirm-dialog.js';
import { LiveRegion } from '../layout/content.js';
import { Notice } from '../layout/problem-alert.js';
import { texts } from '../texts.js';
import { disconnectsOnSwitch, setDisconnectsOnSwitch } from './disconnect-setting.js';

const labels = texts.disconnectOnSwitch;

/** The user has selected another integration than this one, whose connections are to be disconnected. */
export interface Switched {
  integration: Integration;
  connections: Connection[];
  /** Shows the other integration. */
  proceed: () => void;
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
  const onConfirm = async () => {
    setAnswered(switched);
    setLeft(switched?.integration ?? null);
    switched?.proceed();
    for (const connection of switched?.connections ?? []) if (!(await disconnect(connection))) break;
  };
  const isShown = left !== null && left.id !== selected && disconnection?.connection.integration === left.id;
  const result = isShown && disconnection.phase !== 'pending' ? disconnection.phase : null;
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <FormControlLabel
        sx={{ mx: 0 }}
        control={
          <Switch
            size="small"
            checked={enabled}
            onChange={(_, next) => {
              setDisconnectsOnSwitch(next);
              setEnabled(next);
            }}
          />
        }
        label={
          <Typography
            variant="caption"
            sx={{ display: 'block', lineHeight: 1.4 }}
            children="Disconnect the previous integration when switching"
          />
        }
      />
      <LiveRegion>
        {result && (
          <Notice severity={result === 'disconnected' ? 'info' : 'warning'} onDismiss={dismiss}>
            {labels[result === 'disconnected' ? 'disconnected' : 'notDisconnected'](left?.name ?? '')}
          </Notice>
        )}
      </LiveRegion>
      {switched && (
        <ConfirmDialog
          open={switched !== answered}
          title={`Disconnect ${switched.integration.name} and switch?`}
          detail={labels.detail(
            switched.integration.name,
            switched.connections.map(({ account }) => account.name),
          )}
          cancel={texts.cancel}
          confirm="Disconnect and switch"
          onCancel={() => setAnswered(switched)}
          onConfirm={() => void onConfirm()}
        />
      )}
    </Box>
  );
}
