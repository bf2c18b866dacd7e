import { Box, Link } from '@mui/material';
import type { Connection } from '@causeway/client';
import { useIntegrations } from '../api/queries.js';
import { OpenIcon } from '../icons.js';
import { DateTime } from '../layout/date-time.js';
import { DescriptionList } from '../layout/description-list.js';
import { texts } from '../texts.js';
import { ScopeList } from './scope-list.js';
import { StatusChip } from './status-chip.js';

export function ConnectionSummary({ connection }: { connection: Connection }) {
  const { id, account, status, scopes, createdAt, updatedAt, expiresAt, lastRefreshedAt, lastUsedAt } = connection;
  const labels = texts.connection;
  const integration = useIntegrations().data?.find((one) => one.id === connection.integration);
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <DescriptionList
        entries={[
          [labels.account, <AccountName account={account} />],
          [labels.status, <StatusChip status={status} />],
          [labels.lastUsed, <DateTime time={lastUsedAt} missing={labels.never} />],
          [labels.connectedAt, <DateTime time={createdAt} />],
        ]}
      />
      <DescriptionList
        entries={[
          [
            labels.scopes,
            <ScopeList scopes={scopes} label={labels.scopes} permissions={integration?.permissions ?? []} />,
          ],
        ]}
        stacked
      />
      <Box component="details" sx={{ '& > summary': { cursor: 'pointer', typography: 'body2', minHeight: 24 } }}>
        <summary>{labels.more}</summary>
        <Box sx={{ pt: 1.5 }}>
          <DescriptionList
            entries={[
              [labels.updatedAt, <DateTime time={updatedAt} />],
              [labels.lastRefreshed, <DateTime time={lastRefreshedAt} missing={labels.never} />],
              [labels.expiresAt, <DateTime time={expiresAt} missing={labels.noExpiry} />],
              [labels.id, <code>{id}</code>],
            ]}
          />
        </Box>
      </Box>
    </Box>
  );
}

function AccountName({ account: { name, url } }: Pick<Connection, 'account'>) {
  if (url === undefined || !/^https?:/.test(url)) return <strong>{name}</strong>;
  return (
    <Link href={url} target="_blank" rel="noreferrer" title={texts.connection.openAccount} sx={{ fontWeight: 700 }}>
      {name} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
    </Link>
  );
}
