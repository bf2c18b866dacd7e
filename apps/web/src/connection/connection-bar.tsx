import { useState, type Ref } from 'react';
import { Alert, AlertTitle, Box, Button, Typography } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import { IntegrationAvatar } from '../integrations/integration-avatar.js';
import { LiveRegion } from '../layout/live-region.js';
import { selectAccount } from '../routing/search-params.js';
import { useMay } from '../session/caller.js';
import { SyncsDrawer } from '../syncs/syncs-drawer.js';
import { texts } from '../texts.js';
import { AccountSelect } from './account-select.js';
import { ConnectionDrawer } from './connection-drawer.js';
import { StatusChip } from './status-chip.js';

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
  onReconnect: () => void;
  onDisconnect: () => void;
  onConnectAnother: () => void;
}

/** The integration, the account and what can be done with it, in one line. */
export function ConnectionBar(props: ConnectionBarProps) {
  const { integration, connections = [], selected, titleRef, connecting, checking } = props;
  const { onCheck, onReconnect, onDisconnect, onConnectAnother } = props;
  const [showsDetails, setShowsDetails] = useState(false);
  const [showsSyncs, setShowsSyncs] = useState(false);
  const canWrite = useMay('connections:write');
  const canReadSyncs = useMay('syncs:read');
  const broken = selected?.status === 'needs-reconnect';
  return (
    <>
      <Box sx={BAR}>
        <IntegrationAvatar integration={integration} size={28} />
        <Typography variant="h2" id="connection-title" ref={titleRef} tabIndex={-1} sx={{ outline: 'none' }}>
          {integration.name}
        </Typography>
        {selected && (
          <>
            <AccountSelect
              connections={connections}
              selected={selected}
              onSelect={(connection) => selectAccount({ connection })}
            />
            <StatusChip status={selected.status} />
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, ml: 'auto' }}>
              {broken && canWrite && (
                <Button size="small" variant="contained" onClick={onReconnect} disabled={connecting}>
                  {texts.connect.reconnect}
                </Button>
              )}
              <Button size="small" onClick={onCheck} loading={checking}>
                {texts.connection.check}
              </Button>
              {!broken && canWrite && (
                <Button size="small" onClick={onReconnect} disabled={connecting}>
                  {texts.connect.reconnect}
                </Button>
              )}
              {canWrite && (
                <Button size="small" onClick={onConnectAnother} disabled={connecting}>
                  {texts.connect.another}
                </Button>
              )}
              {canReadSyncs && (
                <Button size="small" onClick={() => setShowsSyncs(true)}>
                  {texts.syncs.title}
                </Button>
              )}
              <Button size="small" onClick={() => setShowsDetails(true)}>
                {texts.connection.details}
              </Button>
              {canWrite && (
                <Button size="small" color="error" onClick={onDisconnect}>
                  {texts.connection.disconnect}
                </Button>
              )}
            </Box>
          </>
        )}
      </Box>
      <LiveRegion>
        {broken && selected.problem !== null && (
          <Alert severity="warning">
            <AlertTitle>{selected.problem.title}</AlertTitle>
            {selected.problem.detail}
          </Alert>
        )}
      </LiveRegion>
      {selected && canReadSyncs && (
        <SyncsDrawer
          key={selected.id}
          open={showsSyncs}
          integration={integration}
          connection={selected}
          onClose={() => setShowsSyncs(false)}
        />
      )}
      {selected && (
        <ConnectionDrawer
          open={showsDetails}
          integration={integration}
          connection={selected}
          onClose={() => setShowsDetails(false)}
        />
      )}
    </>
  );
}

const BAR = { display: 'flex', flexWrap: 'wrap', columnGap: 1.25, rowGap: 0.5, alignItems: 'center', minHeight: 36 };
