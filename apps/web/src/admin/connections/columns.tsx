import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { Breakable } from '../../layout/content.js';
import { StatusChip } from '../../layout/state-chip.js';
import { texts as shared } from '../../texts.js';
import type { Column } from '../data-table.js';
import { useIntegrationNames } from '../lists.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = shared.connection;

export const COLUMNS: Column<Connection>[] = [
  {
    label: texts.status,
    sort: { id: 'status', by: ({ status }) => status },
    width: { xs: 148, sm: 156 },
    cell: ({ status }) => <StatusChip status={status} />,
  },
  {
    label: texts.integration,
    sort: { id: 'integration', by: ({ integration }) => integration },
    from: 'md',
    width: 124,
    cell: ({ integration }) => <Integration id={integration} />,
  },
  {
    label: labels.account,
    sort: { id: 'account', by: ({ account }) => account.name.toLowerCase() },
    width: { lg: '20%' },
    opener: ({ account }) => [account.name, `Details of ${account.name}`],
    cell: ({ integration, userId, orgId }) => [
      <Box sx={{ display: { md: 'none' } }} children={<Integration id={integration} />} />,
      <Box sx={{ display: { sm: 'none' } }} children={<Breakable text={`${userId} · ${orgId}`} />} />,
    ],
  },
  {
    label: texts.org,
    sort: { id: 'org', by: ({ orgId }) => orgId.toLowerCase() },
    from: 'sm',
    width: { lg: '10%' },
    cell: ({ orgId }) => orgId,
  },
  {
    label: texts.user,
    sort: { id: 'user', by: ({ userId }) => userId.toLowerCase() },
    from: 'sm',
    width: { lg: '13%' },
    cell: ({ userId }) => userId,
  },
  {
    label: labels.connectedAt,
    sort: { id: 'age', by: ({ createdAt }) => createdAt },
    from: 'md',
    width: 118,
    cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
  },
  // On narrower screens, the last error needs the room.
  {
    label: labels.expiresAt,
    sort: { id: 'expires', by: ({ expiresAt }) => expiresAt },
    from: 'xl',
    width: 184,
    cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} />,
  },
  {
    label: labels.lastUsed,
    sort: { id: 'used', by: ({ lastUsedAt }) => lastUsedAt },
    from: 'lg',
    width: 118,
    cell: ({ lastUsedAt }) => <RelativeTime time={lastUsedAt} missing={texts.never} />,
  },
  {
    label: 'Last error',
    from: 'lg',
    cell: ({ problem }) => <span title={problem?.detail}>{problem?.title ?? texts.none}</span>,
  },
];

function Integration({ id }: { id: string }) {
  const name = useIntegrationNames()(id);
  return (
    <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
      <IntegrationAvatar integration={{ id, name }} size={20} />
      {name}
    </Box>
  );
}
