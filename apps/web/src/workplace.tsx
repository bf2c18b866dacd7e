import { lazy, Suspense } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Box } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import type { Who } from './api/queries.js';
import { problemOf } from './api/service-problem.js';
import type { Ending } from './connect/ending.js';
import { useConnect } from './connect/use-connect.js';
import { ConnectionPanel } from './connection/connection-panel.js';
import { Panel } from './layout/panel.js';
import { PartBoundary } from './layout/part-boundary.js';
import { useOnline } from './layout/use-online.js';
import { changePlace, NOTHING_LOOKED_AT, usePlace } from './place/place.js';
import { ProblemAlert } from './problem/problem-alert.js';
import { texts } from './texts.js';

/** A file of its own: who only connects an account needs no grid. */
const ItemsPanel = lazy(() => import('./items/items-panel.js'));

interface WorkplaceProps {
  integration: Integration;
  who: Who;
  connections: UseQueryResult<Connection[]>;
  returned: Ending | null;
}

/** One user's accounts at one integration, and what is in the chosen one. */
export function Workplace({ integration, who, connections, returned }: WorkplaceProps) {
  const connect = useConnect(returned && { integration: integration.id, who, phase: 'ended', ending: returned });
  const { connection: chosenId } = usePlace();
  const online = useOnline();

  const { attempt } = connect;
  const isHere =
    attempt?.integration === integration.id && attempt.who.orgId === who.orgId && attempt.who.userId === who.userId;
  const own = connections.data?.filter((connection) => connection.integration === integration.id);
  // What has just been connected is what the person wants to see.
  const wantedId = chosenId ?? (isHere && attempt.phase === 'ended' ? connectedId(attempt.ending) : null);
  const chosen = own?.find(({ id }) => id === wantedId) ?? own?.[0];

  if (connections.isError && own === undefined) {
    return <ProblemAlert problem={problemOf(connections.error)} onRetry={() => void connections.refetch()} />;
  }
  return (
    <>
      {connections.isError && online ? (
        <ProblemAlert
          problem={{ ...problemOf(connections.error), title: texts.problem.stale }}
          onRetry={() => void connections.refetch()}
        />
      ) : null}
      <ConnectionPanel
        key={`${integration.id} ${who.orgId} ${who.userId}`}
        integration={integration}
        who={who}
        connections={own}
        chosen={chosen}
        onChoose={(id) => changePlace({ connection: id, ...NOTHING_LOOKED_AT }, 'push')}
        attempt={isHere ? attempt : null}
        onConnect={(connectionId) => {
          // What will be connected is what the person wants to see.
          if (connectionId === undefined) changePlace({ connection: null, ...NOTHING_LOOKED_AT }, 'replace');
          connect.connect({ integration, who, ...(connectionId === undefined ? {} : { connectionId }) });
        }}
        onDismiss={connect.dismiss}
      />
      {chosen === undefined ? null : (
        <PartBoundary>
          <Suspense fallback={<Opening />}>
            <ItemsPanel key={chosen.id} integration={integration} connection={chosen} />
          </Suspense>
        </PartBoundary>
      )}
    </>
  );
}

/** The frame of what comes, as high: a moment of grey would only flash. */
function Opening() {
  return (
    <Panel id="items-title" title={texts.items.title}>
      <Box role="status" aria-label={texts.items.loadingPanel} sx={{ minHeight: 340 }} />
    </Panel>
  );
}

const connectedId = (ending: Ending) => (ending.kind === 'connected' ? ending.connectionId : null);
