import { useState } from 'react';
import { Alert, AlertTitle, Box, Button, Link } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { DisconnectDialog } from '../../connection/disconnect-dialog.js';
import { ScopeList } from '../../connection/scope-list.js';
import { StatusChip } from '../../connection/status-chip.js';
import { DescriptionList } from '../../layout/description-list.js';
import { LiveRegion } from '../../layout/live-region.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { ActionButtons } from './action-buttons.js';
import { runAction, type Action, type ActionResult } from './actions.js';
import { Timeline } from './timeline.js';
import { connectionKey, listsKey } from './use-connections.js';

interface ConnectionDetailsProps {
  connection: Connection;
  /** Of the integration. */
  name: string;
  /** `connection` is being disconnected, or already was. */
  frozen: boolean;
  onFreeze: (frozen: boolean) => void;
  onClose: () => void;
}

export function ConnectionDetails({ connection, name, frozen, onFreeze, onClose }: ConnectionDetailsProps) {
  const client = useCauseway();
  const queryClient = useQueryClient();
  const [running, setRunning] = useState<Action | null>(null);
  const [result, setResult] = useState<ActionResult | null>(null);
  const [confirming, setConfirming] = useState(false);
  const [disconnected, setDisconnected] = useState(false);
  const { id, account, problem, scopes, orgId, userId, integration } = connection;
  const labels = texts.connections;

  const act = async (action: Action) => {
    setRunning(action);
    setResult(null);
    // The event of the disconnect may arrive before its response.
    if (action === 'disconnect') onFreeze(true);
    const result = await runAction(client, action, connection);
    const isGone = action === 'disconnect' && result.severity !== 'error';
    setRunning(null);
    setConfirming(false);
    setResult(result);
    setDisconnected(isGone);
    if (!isGone) onFreeze(false);
    void queryClient.invalidateQueries({ queryKey: listsKey });
    if (!isGone) void queryClient.invalidateQueries({ queryKey: connectionKey(id) });
  };
  return (
    <>
      <LiveRegion>
        {problem !== null && !disconnected && (
          <Alert severity="warning">
            <AlertTitle>{problem.title}</AlertTitle>
            {problem.detail}
          </Alert>
        )}
        {result && <Alert severity={result.severity}>{result.message}</Alert>}
      </LiveRegion>
      {disconnected ? (
        <Button variant="contained" onClick={onClose} autoFocus sx={{ justifySelf: 'start' }}>
          {texts.close}
        </Button>
      ) : (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, '& :nth-of-type(3)': { ml: 'auto' } }}>
          <ActionButtons
            running={running}
            onAction={(action) => (action === 'disconnect' ? setConfirming(true) : void act(action))}
          />
        </Box>
      )}
      <DescriptionList
        entries={[
          [labels.columns.status, <StatusChip status={connection.status} />],
          [texts.integration, name],
          [texts.org, orgId],
          [texts.user, userId],
          [labels.columns.age, <RelativeTime time={connection.createdAt} />],
          [labels.updated, <RelativeTime time={connection.updatedAt} />],
          [labels.columns.used, <RelativeTime time={connection.lastUsedAt} missing={texts.never} />],
          [labels.refreshed, <RelativeTime time={connection.lastRefreshedAt} missing={texts.never} />],
          [labels.columns.expires, <RelativeTime time={connection.expiresAt} missing={texts.never} />],
          [labels.accountId, account.id],
        ]}
      />
      <DescriptionList
        stacked
        entries={[
          [labels.id, <code>{id}</code>],
          [labels.scopes, <ScopeList scopes={scopes} label={labels.scopes} />],
        ]}
      />
      {!frozen && (
        <>
          <Link
            href={`/?${new URLSearchParams({ org: orgId, user: userId, integration }).toString()}`}
            variant="body2"
            sx={{ justifySelf: 'start' }}
          >
            {labels.items}
          </Link>
          <Timeline connectionId={id} />
        </>
      )}
      <DisconnectDialog
        open={confirming}
        name={name}
        account={account.name}
        loading={running === 'disconnect'}
        onConfirm={() => void act('disconnect')}
        onCancel={() => setConfirming(false)}
      />
    </>
  );
}
