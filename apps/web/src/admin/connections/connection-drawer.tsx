import { useState } from 'react';
import { Skeleton } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DrawerContent, SideDrawer } from '../../layout/side-drawer.js';
import { texts } from '../texts.js';
import { ConnectionDetails } from './connection-details.js';
import { Timeline } from './timeline.js';
import { useConnection } from './use-connections.js';

interface ConnectionDrawerProps {
  id: string | null;
  /** The connection as the list has it. */
  listed: Connection | undefined;
  integrations: Integration[];
  onClose: () => void;
}

export function ConnectionDrawer({ id, ...props }: ConnectionDrawerProps) {
  return (
    <SideDrawer open={id !== null} width={480} onClose={props.onClose}>
      {id !== null && <Content key={id} id={id} {...props} />}
    </SideDrawer>
  );
}

function Content({ id, listed, integrations, onClose }: ConnectionDrawerProps & { id: string }) {
  /** A connection that is being disconnected stays on the screen as it was. */
  const [frozen, setFrozen] = useState<Connection | null>(null);
  const query = useConnection(id, listed, frozen !== null);
  const connection = frozen ?? query.data ?? listed;
  const integration = integrations.find((one) => one.id === connection?.integration);
  const problem = query.isError && frozen === null ? problemOf(query.error) : null;
  const isUnknown = problem?.slug === 'unknown-connection';
  return (
    <DrawerContent
      title={connection?.account.name ?? texts.connections.one}
      icon={integration && <IntegrationAvatar integration={integration} size={32} />}
      onClose={onClose}
    >
      {isUnknown && (
        <>
          <ProblemAlert problem={texts.connections.unknown} />
          <Timeline connectionId={id} isGone />
        </>
      )}
      {problem && !isUnknown && <ProblemAlert problem={problem} onRetry={query.refetch} />}
      {connection === undefined && problem === null && <Skeleton variant="rounded" height={240} />}
      {connection && !isUnknown && (
        <ConnectionDetails
          connection={connection}
          name={integration?.name ?? connection.integration}
          frozen={frozen !== null}
          onFreeze={(isFrozen) => setFrozen(isFrozen ? connection : null)}
          onClose={onClose}
        />
      )}
    </DrawerContent>
  );
}
