import { lazy, Suspense } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { AlertTitle, Box } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import type { RedirectResult } from '@causeway/client/browser';
import { useConnect } from '@causeway/react';
import { problemOf } from './api/client.js';
import { useInvalidateConnections } from './api/queries.js';
import { ConnectionPanel } from './connection/connection-panel.js';
import { ErrorBoundary } from './layout/error-boundary.js';
import { Notice } from './layout/notice.js';
import { ProblemAlert } from './layout/problem-alert.js';
import { useOnline } from './layout/use-online.js';
import { selectAccount, usePageParams } from './routing/search-params.js';
import { texts } from './texts.js';
import type { User } from './user/user.js';

/** A chunk of its own, which users who only connect an account do not load. */
const ItemsPanel = lazy(() => import('./items/items-panel.js'));

interface AccountViewProps {
  integration: IntegrationDetails;
  user: User;
  connections: UseQueryResult<Connection[]>;
  redirectResult: RedirectResult | null;
}

/** A user's accounts of one integration, and the items of the selected one. */
export function AccountView({ integration, user, connections, redirectResult }: AccountViewProps) {
  const invalidateConnections = useInvalidateConnections();
  const { state, connect, cancel } = useConnect({
    initialState: redirectResult && { integration: integration.id, ...user, ...redirectResult },
    onSettled: () => void invalidateConnections(),
  });
  const { connection: selectedId } = usePageParams();
  const online = useOnline();

  const isShown = state?.integration === integration.id && state.orgId === user.orgId && state.userId === user.userId;
  const own = connections.data?.filter((connection) => connection.integration === integration.id);
  const justConnectedId = isShown && state.phase === 'connected' ? state.connectionId : null;
  const wantedId = selectedId ?? justConnectedId;
  // Nothing else is shown in place of a connection that a link names.
  const isUnknown = selectedId !== null && own !== undefined && !own.some(({ id }) => id === selectedId);
  const selected = isUnknown ? undefined : (own?.find(({ id }) => id === wantedId) ?? own?.[0]);

  if (connections.isError && own === undefined) {
    return <ProblemAlert problem={problemOf(connections.error)} onRetry={connections.refetch} />;
  }
  return (
    <>
      {connections.isError && online && (
        <ProblemAlert
          problem={{ ...problemOf(connections.error), title: texts.problem.stale }}
          onRetry={connections.refetch}
        />
      )}
      {isUnknown ? (
        <Notice
          role="alert"
          severity="warning"
          actions={[{ label: texts.connection.showOthers, onClick: () => selectAccount({}, { replace: true }) }]}
        >
          <AlertTitle>{texts.connection.unknown}</AlertTitle>
          {texts.connection.unknownDetail}
        </Notice>
      ) : (
        <ConnectionPanel
          key={`${integration.id} ${user.orgId} ${user.userId}`}
          integration={integration}
          user={user}
          connections={own}
          selected={selected}
          connectState={isShown ? state : null}
          onConnect={(connectionId) => {
            // Another account will be selected once it is connected.
            if (connectionId === undefined) selectAccount({}, { replace: true });
            const popupText = texts.connect.popup(integration.name);
            connect({ integration: integration.id, ...user, popupText, ...(connectionId && { connectionId }) });
          }}
          onDismiss={cancel}
        />
      )}
      {selected !== undefined && (
        <ErrorBoundary>
          {/* Without a skeleton: it would only flash. */}
          <Suspense fallback={<Box role="status" aria-label={texts.items.loadingPanel} sx={{ minHeight: 340 }} />}>
            <ItemsPanel key={selected.id} integration={integration} connection={selected} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  );
}
