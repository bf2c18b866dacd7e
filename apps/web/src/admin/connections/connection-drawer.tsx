import { useState } from 'react';
import { Box, Drawer, IconButton, Skeleton, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { problemOf } from '../../api/service-problem.js';
import { CrossIcon } from '../../icons.js';
import { IntegrationMark } from '../../integrations/integration-mark.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import { ConnectionDetails } from './connection-details.js';
import { useConnection } from './use-connections.js';

interface ConnectionDrawerProps {
  id: string | null;
  /** As the list has it, if it does. */
  known: Connection | undefined;
  integrations: Integration[];
  mayChange: boolean;
  onClose: () => void;
}

export function ConnectionDrawer({ id, ...props }: ConnectionDrawerProps) {
  return (
    <Drawer
      open={id !== null}
      onClose={props.onClose}
      anchor="right"
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-labelledby': 'connection-title',
          sx: { width: { xs: '100%', sm: 480 }, maxWidth: '100%' },
        },
      }}
    >
      {id === null ? null : <Opened key={id} id={id} {...props} />}
    </Drawer>
  );
}

function Opened({ id, known, integrations, mayChange, onClose }: ConnectionDrawerProps & { id: string }) {
  const [left, setLeft] = useState<Connection | null>(null);
  const { data: found, isError, error, refetch } = useConnection(id, known, left !== null);
  // Where it cannot be read anew, as the list has it.
  const data = left ?? found ?? known;
  const integration = integrations.find((one) => one.id === data?.integration);
  const problem = isError && left === null ? problemOf(error) : null;
  return (
    <Box sx={{ p: { xs: 2, sm: 3 }, display: 'grid', gap: 2.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {integration === undefined ? null : <IntegrationMark integration={integration} size={32} />}
        <Typography variant="h2" id="connection-title" sx={{ flex: 1, overflowWrap: 'anywhere' }}>
          {data?.account.name ?? texts.connections.one}
        </Typography>
        <IconButton onClick={onClose} aria-label={texts.close} autoFocus edge="end">
          <CrossIcon />
        </IconButton>
      </Box>
      {problem === null ? null : problem.slug === 'unknown-connection' ? (
        <ProblemAlert problem={texts.connections.gone} />
      ) : (
        <ProblemAlert problem={problem} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        problem === null ? (
          <Skeleton variant="rounded" height={240} />
        ) : null
      ) : problem?.slug === 'unknown-connection' ? null : (
        <ConnectionDetails
          connection={data}
          name={integration?.name ?? data.integration}
          mayChange={mayChange}
          left={left !== null}
          onLeave={(leaving) => setLeft(leaving ? data : null)}
          onClose={onClose}
        />
      )}
    </Box>
  );
}
