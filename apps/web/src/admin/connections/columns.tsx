import { Box } from '@mui/material';
import type { Connection } from '@causeway/client';
import { StatusChip } from '../../layout/state-chip.js';
import { texts as shared } from '../../texts.js';
import type { Column } from '../data-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = shared.connection;

/** @param nameOf of an integration */
export const columnsOf = (nameOf: (id: string) => string): Column<Connection>[] => [
  { label: texts.status, sort: 'status', nowrap: true, cell: ({ status }) => <StatusChip status={status} /> },
  { label: texts.integration, sort: 'integration', from: 'md', cell: ({ integration }) => nameOf(integration) },
  {
    label: labels.account,
    sort: 'account',
    opener: ({ account }) => [account.name, `Details of ${account.name}`],
    cell: ({ integration, userId, orgId }) => [
      <Box sx={{ display: { md: 'none' } }}>{nameOf(integration)}</Box>,
      <Box sx={{ display: { sm: 'none' } }}>{`${userId} · ${orgId}`}</Box>,
    ],
  },
  { label: texts.org, sort: 'org', from: 'sm', cell: ({ orgId }) => orgId },
  { label: texts.user, sort: 'user', from: 'sm', cell: ({ userId }) => userId },
  {
    label: labels.connectedAt,
    sort: 'age',
    from: 'md',
    nowrap: true,
    cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
  },
  // On narrower screens, the last error needs the room.
  {
    label: labels.expiresAt,
    sort: 'expires',
    from: 'xl',
    nowrap: true,
    cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} />,
  },
  {
    label: labels.lastUsed,
    sort: 'used',
    from: 'lg',
    nowrap: true,
    cell: ({ lastUsedAt }) => <RelativeTime time={lastUsedAt} missing={texts.never} />,
  },
  {
    label: 'Last error',
    from: 'lg',
    cell: ({ problem }) => <span title={problem?.detail}>{problem?.title ?? texts.none}</span>,
  },
];
