import { Link } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import { OpenIcon } from '../icons.js';
import { DateTime } from '../layout/date-time.js';
import { DescriptionList } from '../layout/description-list.js';
import { DrawerContent } from '../layout/side-drawer.js';
import { texts } from '../texts.js';
import { ScopeList } from './scope-list.js';
import { StatusChip } from './status-chip.js';

interface ConnectionDetailsProps {
  integration: IntegrationDetails;
  connection: Connection;
  onClose: () => void;
}

export default function ConnectionDetails({ integration, connection, onClose }: ConnectionDetailsProps) {
  const { id, account, status, scopes, createdAt, updatedAt, expiresAt, lastRefreshedAt, lastUsedAt } = connection;
  const labels = texts.connection;
  const scopesLabel = status === 'active' ? labels.scopes : labels.lostScopes;
  return (
    <DrawerContent title={labels.detailsTitle} overline={integration.name} onClose={onClose}>
      <DescriptionList
        entries={[
          [labels.account, <AccountName account={account} linked={!integration.sandbox} />],
          [labels.status, <StatusChip status={status} />],
          [labels.lastUsed, <DateTime time={lastUsedAt} missing={labels.never} />],
          [labels.connectedAt, <DateTime time={createdAt} />],
          [labels.updatedAt, <DateTime time={updatedAt} />],
          [labels.lastRefreshed, <DateTime time={lastRefreshedAt} missing={labels.never} />],
          [labels.expiresAt, <DateTime time={expiresAt} missing={labels.noExpiry} />],
          [labels.id, <code>{id}</code>],
        ]}
      />
      <DescriptionList
        entries={[
          [scopesLabel, <ScopeList scopes={scopes} label={scopesLabel} permissions={integration.permissions} />],
        ]}
        stacked
      />
      <Link href={integration.docsUrl} target="_blank" rel="noreferrer" variant="body2">
        {labels.docs(integration.name)}
      </Link>
    </DrawerContent>
  );
}

/** @param linked mock providers have no pages of their accounts */
function AccountName({ account: { name, url }, linked }: Pick<Connection, 'account'> & { linked: boolean }) {
  if (!linked || url === undefined || !/^https?:/.test(url)) return <strong>{name}</strong>;
  return (
    <Link href={url} target="_blank" rel="noreferrer" title={texts.connection.openAccount} sx={{ fontWeight: 700 }}>
      {name} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
    </Link>
  );
}
