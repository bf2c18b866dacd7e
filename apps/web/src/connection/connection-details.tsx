import { Link } from '@mui/material';
import type { Connection, IntegrationDetails } from '@causeway/client';
import { OpenIcon } from '../icons.js';
import { DateTime, DescriptionList } from '../layout/content.js';
import { DrawerContent } from '../layout/side-drawer.js';
import { factsOf } from './facts.js';
import { ScopeList } from './scope-list.js';

/** Of what the drawer of a connection shows. */
export interface ConnectionDrawerProps {
  integration: IntegrationDetails;
  connection: Connection;
  onClose: () => void;
}

export default function ConnectionDetails({ integration, connection, onClose }: ConnectionDrawerProps) {
  const { id, account, status, scopes } = connection;
  const scopesLabel = status === 'active' ? 'Permissions' : 'Permissions before access was lost';
  return (
    <DrawerContent title="Connection details" overline={integration.name} onClose={onClose}>
      <DescriptionList
        entries={[
          ['Account', <AccountName account={account} linked={!integration.sandbox} />],
          ...factsOf(connection, (time) => <DateTime time={time} missing="Never" />),
          ['Connection ID', <code>{id}</code>],
        ]}
      />
      <DescriptionList
        entries={[
          [scopesLabel, <ScopeList scopes={scopes} label={scopesLabel} permissions={integration.permissions} />],
        ]}
        stacked
      />
      <Link href={integration.docsUrl} target="_blank" rel="noreferrer" variant="body2">
        {`About ${integration.name}`}
      </Link>
    </DrawerContent>
  );
}

/** @param linked mock providers have no pages of their accounts */
function AccountName({ account: { name, url }, linked }: Pick<Connection, 'account'> & { linked: boolean }) {
  if (!linked || url === undefined || !/^https?:/.test(url)) return <strong>{name}</strong>;
  return (
    <Link href={url} target="_blank" rel="noreferrer" title="Open at the provider" sx={{ fontWeight: 700 }}>
      {name} <OpenIcon sx={{ fontSize: 14, verticalAlign: '-2px' }} />
    </Link>
  );
}
