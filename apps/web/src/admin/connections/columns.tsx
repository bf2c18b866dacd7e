import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { StatusChip } from '../../layout/state-chip.js';
import { texts as shared } from '../../texts.js';
import type { Column } from '../data-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = shared.connection;

/** @param nameOf of an integration */
export const columnsOf = (nameOf: (id: string) => string): Column<Connection>[] => [
  {
    label: texts.status,
    sort: 'status',
    width: { xs: 148, sm: 156 },
    cell: ({ status }) => <StatusChip status={status} />,
  },
  {
    label: texts.integration,
    sort: 'integration',
    from: 'md',
    width: 124,
    cell: ({ integration }) => (
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <IntegrationAvatar integration={{ id: integration, name: nameOf(integration) }} size={20} />
        {nameOf(integration)}
      </Box>
    ),
  },
  {
    label: labels.account,
    sort: 'account',
    width: { lg: '20%' },
    opener: ({ account }) => [account.name, `Details of ${account.name}`],
    cell: ({ integration, userId, orgId }) => [
      <Box sx={{ display: { md: 'none' } }}>{nameOf(integration)}</Box>,
      <Box sx={{ display: { sm: 'none' } }}>{`${userId} · ${orgId}`}</Box>,
    ],
  },
  { label: texts.org, sort: 'org', from: 'sm', width: { lg: '10%' }, cell: ({ orgId }) => orgId },
  { label: texts.user, sort: 'user', from: 'sm', width: { lg: '13%' }, cell: ({ userId }) => userId },
  {
    label: labels.connectedAt,
    sort: 'age',
    from: 'md',
    width: 118,
    cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
  },
  // On narrower screens, the last error needs the room.
  {
    label: labels.expiresAt,
    sort: 'expires',
    from: 'xl',
    width: 184,
    cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} />,
  },
  {
    label: labels.lastUsed,
    sort: 'used',
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
