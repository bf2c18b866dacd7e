import { lazy, useRef, useState } from 'react';
import { AlertTitle, Box, Skeleton } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import type { UseAccounts } from '@causeway/react';
import { ActionNotice } from './connection/action-notice.js';
import { ConnectionBar } from './connection/connection-bar.js';
import { DisconnectDialog } from './connection/disconnect-dialog.js';
import { NotConnected } from './connection/not-connected.js';
import { LiveRegion } from './layout/content.js';
import { LazyContent } from './layout/lazy-content.js';
import { Notice } from './layout/problem-alert.js';
import { selectAccount, usePageParams } from './routing/search-params.js';
import { texts } from './texts.js';
import type { User } from './user/user.js';

/** A chunk of its own, which users who only connect an account do not load. */
const ItemsPanel = lazy(() => import('./items/items-panel.js'));

interface AccountViewProps {
  integration: IntegrationDetails;
  user: User;
  accounts: UseAccounts<IntegrationDetails>;
}

/** A user's accounts of one integration, and the items of the selected one. */
export default function AccountView({ integration, user, accounts }: AccountViewProps) {
  const { authorization, disconnection, checked, connect, disconnect, check } = accounts;
  const { connection: selectedId } = usePageParams();
  // Still set while the dialog closes, which may outlast the connection.
  const [disconnecting, setDisconnecting] = useState<Connection | null>(null);
  const [confirming, setConfirming] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);

  const own = accounts.connections?.filter((connection) => connection.integration === integration.id);
  const isShown = authorization?.integration === integration.id;
  const wantedId = selectedId ?? (isShown && authorization.phase === 'connected' ? authorization.connectionId : null);
  // Nothing else is shown in place of a connection that a link names.
  const isUnknown = selectedId !== null && own !== undefined && !own.some(({ id }) => id === selectedId);
  const selected = own?.find(({ id }) => id === wantedId) ?? own?.[0];
  const connecting = isShown && authorization.phase !== 'connected' && authorization.phase !== 'failed';

  const start = (connectionId?: string) => {
    // Another account will be selected once it is connected.
    if (connectionId === undefined) selectAccount({}, { replace: true });
    const popupText = `Opening ${integration.name}…`;
    connect({ integration: integration.id, popupText, ...(connectionId && { connectionId }) });
  };
  if (isUnknown)
    return (
      <Notice
        role="alert"
        severity="warning"
        actions={[{ label: 'Show the connected accounts', onClick: () => selectAccount({}, { replace: true }) }]}
      >
        <AlertTitle>This connection does not exist</AlertTitle>
        It may have been disconnected, or it belongs to another user.
      </Notice>
    );
  return (
    <>
      <Box component="section" aria-labelledby="connection-title" sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
        <ConnectionBar
          integration={integration}
          connections={own}
          selected={selected}
          titleRef={title}
          connecting={connecting}
          checking={checked?.phase === 'pending'}
          onCheck={() => selected && void check(selected)}
          onConnect={start}
          onDisconnect={() => {
            setDisconnecting(selected ?? null);
            setConfirming(true);
          }}
        />
        <LiveRegion>
          <ActionNotice integration={integration} accounts={accounts} />
        </LiveRegion>
        {own === undefined && <Skeleton height={160} aria-label={texts.status.loading} />}
        {own?.length === 0 && (
          <NotConnected integration={integration} user={user} connecting={connecting} onConnect={() => start()} />
        )}
        <DisconnectDialog
          open={confirming}
          name={integration.name}
          account={disconnecting?.account.name ?? ''}
          loading={disconnection?.phase === 'pending'}
          onConfirm={() => disconnecting && void disconnect(disconnecting).then(() => setConfirming(false))}
          onCancel={() => setConfirming(false)}
          // The focused button may be gone together with the connection.
          onClosed={() => disconnection?.phase === 'disconnected' && title.current?.focus()}
        />
      </Box>
      {selected !== undefined && (
        // Without a skeleton: it would only flash.
        <LazyContent fallback={<Box role="status" aria-label="Loading this part of the app" sx={{ minHeight: 340 }} />}>
          <ItemsPanel key={selected.id} integration={integration} connection={selected} onUsed={accounts.reload} />
        </LazyContent>
      )}
    </>
  );
}
