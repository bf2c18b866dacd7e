import { useRef, useState } from 'react';
import { Box, Skeleton } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import type { ConnectState } from '@causeway/react';
import { LiveRegion } from '../layout/live-region.js';
import { Notice } from '../layout/notice.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from '../texts.js';
import type { User } from '../user/user.js';
import { ConnectionBar } from './connection-bar.js';
import { ConnectNotice } from './connect-notice.js';
import { DisconnectDialog } from './disconnect-dialog.js';
import { NotConnected } from './not-connected.js';
import { useConnectionActions } from './use-connection-actions.js';

interface ConnectionPanelProps {
  integration: IntegrationDetails;
  user: User;
  /** `undefined`: not loaded yet. */
  connections: Connection[] | undefined;
  selected: Connection | undefined;
  connectState: ConnectState | null;
  /** With an id: authorizes that connection again. */
  onConnect: (connectionId?: string) => void;
  /** Cancels the authorization, or dismisses its result. */
  onDismiss: () => void;
}

export function ConnectionPanel(props: ConnectionPanelProps) {
  const { integration, user, connections, selected, connectState, onConnect, onDismiss } = props;
  const { check, disconnect, result, clear } = useConnectionActions(integration);
  // Still set while the dialog closes, which may outlast the connection.
  const [disconnecting, setDisconnecting] = useState<Connection | null>(null);
  const [confirming, setConfirming] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const connecting = connectState !== null && !['connected', 'failed'].includes(connectState.phase);

  // Only the result of the last action is shown.
  const connect = (connectionId?: string) => {
    clear();
    onConnect(connectionId);
  };
  const act = (action: () => void) => {
    if (!connecting) onDismiss();
    action();
  };

  return (
    <Box component="section" aria-labelledby="connection-title" sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
      <ConnectionBar
        integration={integration}
        connections={connections}
        selected={selected}
        titleRef={title}
        connecting={connecting}
        checking={check.isPending}
        onCheck={() => selected && act(() => check.mutate(selected))}
        onReconnect={() => connect(selected?.id)}
        onConnectAnother={() => connect()}
        onDisconnect={() => {
          setDisconnecting(selected ?? null);
          setConfirming(true);
        }}
      />
      <LiveRegion>
        {connectState && (
          <ConnectNotice
            state={connectState}
            integration={integration}
            connections={connections}
            onDismiss={onDismiss}
          />
        )}
        {result && 'problem' in result && (
          <ProblemAlert problem={result.problem} provider={integration.name} onDismiss={clear} />
        )}
        {result && 'message' in result && (
          <Notice severity={result.severity} onDismiss={clear}>
            {result.message}
            <div>{result.detail}</div>
          </Notice>
        )}
      </LiveRegion>
      {connections === undefined ? (
        <Skeleton variant="rounded" height={160} aria-label={texts.status.loading} />
      ) : (
        selected === undefined && (
          <NotConnected integration={integration} user={user} connecting={connecting} onConnect={() => connect()} />
        )
      )}
      {disconnecting && (
        <DisconnectDialog
          open={confirming}
          name={integration.name}
          account={disconnecting.account.name}
          loading={disconnect.isPending}
          // Dismisses the earlier result only now: when the dialog opens, this would move the button that was pressed.
          onConfirm={() => act(() => disconnect.mutate(disconnecting, { onSettled: () => setConfirming(false) }))}
          onCancel={() => setConfirming(false)}
          // The focused button may be gone together with the connection.
          onClosed={() =>
            disconnect.variables?.id === disconnecting.id && disconnect.isSuccess && title.current?.focus()
          }
        />
      )}
    </Box>
  );
}
