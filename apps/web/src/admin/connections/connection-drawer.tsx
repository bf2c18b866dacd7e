import { useState } from 'react';
import { Alert, Box, Link } from '@mui/material';
import { unwrap, type Connection } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { DisconnectDialog } from '../../connection/disconnect-dialog.js';
import { factsOf } from '../../connection/facts.js';
import { ScopeList } from '../../connection/scope-list.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { DescriptionList, LiveRegion } from '../../layout/content.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DrawerContent } from '../../layout/side-drawer.js';
import { RequestState, useAction, useIntegrations, useRead } from '../requests.js';
import { Timeline } from '../logs/tabs.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { ActionButtons, connectionKey, LISTS, runAction, type Action } from './actions.js';

const UNKNOWN = {
  title: 'This connection does not exist',
  detail: 'It was disconnected, or the link is wrong. Below is what the activity log still has.',
};

type ConnectionDrawerProps = { id: string; listed: Connection | undefined; onClose: () => void };

/** @param listed as the list has it: shown until the service responds, and where it does not */
export function ConnectionDrawer({ id, listed, onClose }: ConnectionDrawerProps) {
  const [isAsking, setIsAsking] = useState(false);
  const query = useRead(connectionKey(id), (client, signal) =>
    unwrap(client.GET('/connections/{id}', { params: { path: { id } }, signal })),
  );
  /** As it was, if it is gone. */
  const connection = query.data ?? listed;
  const integration = useIntegrations().data?.find((one) => one.id === connection?.integration);
  const name = integration?.name ?? connection?.integration ?? '';
  const action = useAction(
    async (client, asked: Action) => {
      const result = connection && (await runAction(client, asked, connection));
      setIsAsking(false);
      return result;
    },
    LISTS,
    connectionKey(id),
  );
  const start = (asked: Action) => (asked === 'disconnect' ? setIsAsking(true) : action.mutate(asked));
  const running = action.isPending ? action.variables : null;
  const isGone = query.isError && problemOf(query.error).slug === 'unknown-connection';
  return (
    <DrawerContent
      title={connection?.account.name ?? 'Connection'}
      icon={integration && <IntegrationAvatar integration={integration} size={32} />}
      onClose={onClose}
    >
      {!isGone && <RequestState of={[query]} height={connection ? 0 : 240} />}
      <LiveRegion>
        {isGone && !action.data && !running && <ProblemAlert problem={UNKNOWN} />}
        {connection?.problem && !isGone && <ProblemAlert severity="warning" problem={connection.problem} />}
        {action.data && <Alert severity={action.data.severity}>{action.data.message}</Alert>}
      </LiveRegion>
      {connection && !isGone && (
        <>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, '& :nth-of-type(3)': { ml: 'auto' } }}>
            <ActionButtons running={running} onAction={start} />
          </Box>
          <DescriptionList
            entries={[
              [texts.integration, name],
              [texts.org, connection.orgId],
              [texts.user, connection.userId],
              ...factsOf(connection, (time) => <RelativeTime time={time} missing={texts.never} />),
              ['Account ID', connection.account.id],
              ['Connection ID', <code>{id}</code>],
            ]}
          />
          <DescriptionList
            stacked
            entries={[['Permissions', <ScopeList scopes={connection.scopes} label="Permissions" />]]}
          />
          <Link href={itemsOf(connection)} variant="body2">
            Go to the items of this user
          </Link>
        </>
      )}
      {(connection || isGone) && <Timeline id={id} isGone={isGone} />}
      <DisconnectDialog
        open={isAsking}
        name={name}
        account={connection?.account.name ?? ''}
        loading={running === 'disconnect'}
        onConfirm={() => action.mutate('disconnect')}
        onCancel={() => setIsAsking(false)}
      />
    </DrawerContent>
  );
}

const itemsOf = ({ orgId, userId, integration }: Connection) =>
  `/?${new URLSearchParams({ org: orgId, user: userId, integration }).toString()}`;
