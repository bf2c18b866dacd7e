import { lazy, useState, type Ref } from 'react';
import { Alert, AlertTitle, Box, Button, MenuItem, TextField, Typography, type ButtonProps } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import { IntegrationAvatar } from '../integrations/integration-avatar.js';
import { LiveRegion } from '../layout/content.js';
import { LazyContent } from '../layout/lazy-content.js';
import { SideDrawer } from '../layout/side-drawer.js';
import { selectAccount } from '../routing/search-params.js';
import { useMay } from '../session/caller.js';
import { texts } from '../texts.js';
import { StatusChip } from '../layout/state-chip.js';

const ConnectionDetails = lazy(() => import('./connection-details.js'));
const Syncs = lazy(() => import('../syncs/syncs.js'));

interface ConnectionBarProps {
  integration: IntegrationDetails;
  connections: Connection[] | undefined;
  selected: Connection | undefined;
  /** To focus the title when the focused element is removed. */
  titleRef: Ref<HTMLHeadingElement>;
  /** An authorization is in progress. */
  connecting: boolean;
  checking: boolean;
  onCheck: () => void;
  /** With an id: authorizes that connection again. */
  onConnect: (connectionId?: string) => void;
  onDisconnect: () => void;
}

/** The integration, the account and what can be done with it, in one line. */
export function ConnectionBar(props: ConnectionBarProps) {
  const { integration, connections = [], selected, titleRef } = props;
  const problem = selected?.status === 'needs-reconnect' ? selected.problem : null;
  return (
    <>
      <Box sx={BAR}>
        <IntegrationAvatar integration={integration} size={28} />
        <Typography variant="h2" id="connection-title" ref={titleRef} tabIndex={-1} sx={{ outline: 'none' }}>
          {integration.name}
        </Typography>
        {selected && (
          <>
            <AccountSelect connections={connections} selected={selected} />
            <StatusChip status={selected.status} />
            <Actions key={selected.id} {...props} selected={selected} />
          </>
        )}
      </Box>
      <LiveRegion>
        {problem && (
          <Alert severity="warning">
            <AlertTitle>{problem.title}</AlertTitle>
            {problem.detail}
          </Alert>
        )}
      </LiveRegion>
    </>
  );
}

function Actions(props: ConnectionBarProps & { selected: Connection }) {
  const { integration, selected, connecting, checking, onCheck, onConnect, onDisconnect } = props;
  // The content of the drawer is still shown while it closes.
  const [{ isOpen, Content }, setDrawer] = useState({ isOpen: false, Content: ConnectionDetails });
  const canWrite = useMay('connections:write');
  const canReadSyncs = useMay('syncs:read');
  const broken = selected.status === 'needs-reconnect';
  const close = () => setDrawer({ isOpen: false, Content });
  const button = (label: string, onClick: () => void, more: ButtonProps = {}) => (
    <Button size="small" onClick={onClick} children={label} {...more} />
  );
  const variant = broken ? 'contained' : 'text';
  const reconnect = button('Reconnect', () => onConnect(selected.id), { disabled: connecting, variant });
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, ml: 'auto' }}>
      {broken && canWrite && reconnect}
      {button('Check', onCheck, { loading: checking })}
      {!broken && canWrite && reconnect}
      {canWrite && button('Connect another account', () => onConnect(), { disabled: connecting })}
      {canReadSyncs && button(texts.syncs.title, () => setDrawer({ isOpen: true, Content: Syncs }))}
      {button('Details', () => setDrawer({ isOpen: true, Content: ConnectionDetails }))}
      {canWrite && button('Disconnect', onDisconnect, { color: 'error' })}
      <SideDrawer open={isOpen} width={560} onClose={close}>
        <LazyContent>
          <Content integration={integration} connection={selected} onClose={close} />
        </LazyContent>
      </SideDrawer>
    </Box>
  );
}

/** The name of the account, or a choice where the user has several of one integration. */
function AccountSelect({ connections, selected }: { connections: Connection[]; selected: Connection }) {
  const name = ({ account }: Connection) => <bdi title={account.name}>{account.name}</bdi>;
  if (connections.length === 1)
    return (
      <Typography variant="body2" noWrap sx={{ fontWeight: 600, maxWidth: 320 }}>
        {name(selected)}
      </Typography>
    );
  return (
    <TextField
      select
      size="small"
      value={selected.id}
      onChange={({ target }) => selectAccount({ connection: target.value })}
      slotProps={{ select: { SelectDisplayProps: { 'aria-label': 'Account' } } }}
      sx={{ maxWidth: 320, '& .MuiSelect-select': { py: 0.5, fontSize: '0.875rem' } }}
    >
      {connections.map((connection) => (
        <MenuItem key={connection.id} value={connection.id}>
          {name(connection)}
          {connection.status === 'needs-reconnect' && ` (${texts.status.needsReconnect})`}
        </MenuItem>
      ))}
    </TextField>
  );
}

const BAR = { display: 'flex', flexWrap: 'wrap', columnGap: 1.25, rowGap: 0.5, alignItems: 'center', minHeight: 36 };
