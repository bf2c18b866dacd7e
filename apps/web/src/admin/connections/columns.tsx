import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { Breakable } from '../../layout/content.js';
import { StatusChip } from '../../layout/state-chip.js';
import type { Column } from '../data-table.js';
import { useIntegrationNames } from '../lists.js';
import { texts } from '../texts.js';

const missing = texts.never;

export const COLUMNS: Column<Connection>[] = [
  { label: texts.status, sort: 'status', text: ({ status }) => status, cell: (row) => <StatusChip {...row} /> },
  {
    label: texts.integration,
    sort: 'integration',
    from: 'md',
    text: ({ integration }) => integration,
    cell: (connection) => <IntegrationName {...connection} />,
  },
  {
    label: 'Account',
    sort: 'account',
    text: ({ account }) => account.name,
    opener: ({ account }) => [account.name, `Details of ${account.name}`],
    cell: (connection) => [
      <Box sx={{ display: { md: 'none' } }} children={<IntegrationName {...connection} />} />,
      <Box sx={{ display: { sm: 'none' } }}>
        <Breakable text={`${connection.userId} · ${connection.orgId}`} />
      </Box>,
    ],
  },
  { label: texts.org, sort: 'org', from: 'sm', text: ({ orgId }) => orgId },
  { label: texts.user, sort: 'user', from: 'sm', text: ({ userId }) => userId },
  { label: 'Connected', sort: 'age', from: 'md', time: ({ createdAt }) => createdAt },
  // On narrower screens, the last error needs the room.
  { label: 'Access token expires', sort: 'expires', from: 'xl', time: ({ expiresAt }) => expiresAt, missing },
  { label: 'Last used', sort: 'used', from: 'lg', time: ({ lastUsedAt }) => lastUsedAt, missing },
  {
    label: 'Last error',
    from: 'lg',
    cell: ({ problem }) => <span title={problem?.detail}>{problem?.title ?? texts.none}</span>,
  },
];

function IntegrationName({ integration: id }: Pick<Connection, 'integration'>) {
  const name = useIntegrationNames()(id);
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <IntegrationAvatar integration={{ id, name }} size={20} />
      {name}
    </Box>
  );
}
