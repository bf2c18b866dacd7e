import { Box, Link } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { StatusChip } from '../../connection/status-chip.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { ELLIPSIS, type Column } from '../data-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import type { SortColumn } from './filter-and-sort.js';
import { openConnection } from './use-list-view.js';

const labels = texts.connections;

export const columnsOf = (integrations: readonly Integration[]): Column<Connection, SortColumn>[] => {
  const byId = new Map(integrations.map((one) => [one.id, one]));
  return [
    {
      label: labels.columns.status,
      sort: 'status',
      width: { xs: 148, sm: 156 },
      cell: ({ status }) => <StatusChip status={status} />,
    },
    {
      label: texts.integration,
      sort: 'integration',
      from: 'md',
      width: 124,
      cell: ({ integration }) => {
        const known = byId.get(integration);
        return (
          <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            {known && <IntegrationAvatar integration={known} size={20} />}
            {known?.name ?? integration}
          </Box>
        );
      },
    },
    {
      label: labels.columns.account,
      sort: 'account',
      width: { lg: '20%' },
      cell: ({ id, account, integration, orgId, userId }) => (
        <>
          <Link
            component="button"
            type="button"
            variant="body2"
            aria-label={labels.open(account.name)}
            aria-haspopup="dialog"
            onClick={(event) => {
              event.stopPropagation();
              openConnection(id);
            }}
            sx={{ fontWeight: 600, textAlign: 'left', maxWidth: '100%', verticalAlign: 'baseline', ...ELLIPSIS }}
          >
            {account.name}
          </Link>
          <Box sx={{ display: { xs: 'block', md: 'none' }, color: 'text.secondary', ...ELLIPSIS }}>
            {byId.get(integration)?.name ?? integration}
          </Box>
          <Box sx={{ display: { xs: 'block', sm: 'none' }, color: 'text.secondary', ...ELLIPSIS }}>
            {userId} · {orgId}
          </Box>
        </>
      ),
    },
    { label: texts.org, sort: 'org', from: 'sm', width: { lg: '10%' }, cell: ({ orgId }) => orgId },
    { label: texts.user, sort: 'user', from: 'sm', width: { lg: '13%' }, cell: ({ userId }) => userId },
    {
      label: labels.columns.age,
      sort: 'age',
      from: 'md',
      width: 118,
      cell: ({ createdAt }) => <RelativeTime time={createdAt} />,
    },
    // On narrower screens, the last error needs the room.
    {
      label: labels.columns.expires,
      sort: 'expires',
      from: 'xl',
      width: 112,
      cell: ({ expiresAt }) => <RelativeTime time={expiresAt} missing={texts.never} />,
    },
    {
      label: labels.columns.used,
      sort: 'used',
      from: 'lg',
      width: 118,
      cell: ({ lastUsedAt }) => <RelativeTime time={lastUsedAt} missing={texts.never} />,
    },
    {
      label: labels.columns.problem,
      from: 'lg',
      cell: ({ problem }) => <span title={problem?.detail}>{problem?.title ?? texts.none}</span>,
    },
  ];
};
