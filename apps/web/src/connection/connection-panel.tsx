import { useRef, useState } from 'react';
import { Box, Link, Skeleton } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import type { Who } from '../api/queries.js';
import { ConnectNotice } from '../connect/connect-notice.js';
import type { Attempt } from '../connect/use-connect.js';
import { IntegrationMark } from '../integrations/integration-mark.js';
import { emptyRegion } from '../layout/live-region.js';
import { Panel } from '../layout/panel.js';
import { texts } from '../texts.js';
import { AccountList } from './account-list.js';
import { ActionResult } from './action-result.js';
import { Connected } from './connected.js';
import { DisconnectDialog } from './disconnect-dialog.js';
import { NotConnected } from './not-connected.js';
import { useConnectionActions } from './use-connection-actions.js';

interface ConnectionPanelProps {
  integration: Integration;
  who: Who;
  /** `undefined`: not known yet. */
  connections: Connection[] | undefined;
  chosen: Connection | undefined;
  onChoose: (id: string) => void;
  attempt: Attempt | null;
  onConnect: (connectionId?: string) => void;
  onDismiss: () => void;
}

export function ConnectionPanel(props: ConnectionPanelProps) {
  const { integration, who, connections, chosen, onChoose, attempt, onConnect, onDismiss } = props;
  const { check, disconnect, result, clear } = useConnectionActions(integration);
  const [leaving, setLeaving] = useState<Connection | null>(null);
  const [asking, setAsking] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const busy = attempt !== null && attempt.phase !== 'ended';

  // One piece of news at a time: a new action takes away what the one before said.
  const connect = (connectionId?: string) => {
    clear();
    onConnect(connectionId);
  };
  const act = (action: () => void) => {
    if (!busy) onDismiss();
    action();
  };
  const onDisconnect = (connection: Connection) => {
    disconnect.mutate(connection, { onSettled: () => setAsking(false) });
  };

  return (
    <Panel
      id="connection-title"
      title={integration.name}
      titleRef={title}
      mark={<IntegrationMark integration={integration} size={32} />}
      aside={
        <Link href={integration.docsUrl} target="_blank" rel="noreferrer" variant="body2">
          {texts.connection.docs(integration.name)}
        </Link>
      }
    >
      <Box role="status" sx={{ display: 'grid', gap: 1.5, ...emptyRegion }}>
        {attempt === null ? null : (
          <ConnectNotice attempt={attempt} integration={integration} connections={connections} onDismiss={onDismiss} />
        )}
        {result === null ? null : <ActionResult result={result} onDismiss={clear} />}
      </Box>
      {connections === undefined ? (
        <Skeleton variant="rounded" height={160} aria-label={texts.status.loading} />
      ) : chosen === undefined ? (
        <NotConnected integration={integration} who={who} busy={busy} onConnect={() => connect()} />
      ) : (
        <>
          {connections.length > 1 ? (
            <AccountList connections={connections} chosen={chosen} onChoose={onChoose} />
          ) : null}
          <Connected
            connection={chosen}
            busy={busy}
            checking={check.isPending}
            onCheck={() => act(() => check.mutate(chosen))}
            onReconnect={() => connect(chosen.id)}
            onConnectAnother={() => connect()}
            onDisconnect={() => {
              setLeaving(chosen);
              setAsking(true);
            }}
          />
        </>
      )}
      {leaving === null ? null : (
        <DisconnectDialog
          open={asking}
          name={integration.name}
          account={leaving.account.name}
          busy={disconnect.isPending}
          // Only now: news that go away with the question would move what was pressed.
          onConfirm={() => act(() => onDisconnect(leaving))}
          onCancel={() => setAsking(false)}
          // The button that had the focus may be gone with the connection.
          onClosed={() => disconnect.isSuccess && disconnect.variables.id === leaving.id && title.current?.focus()}
        />
      )}
    </Panel>
  );
}
