import { Box, Chip, Link } from '@mui/material';
import type { Connection } from '@causeway/client';
import { OpenIcon } from '../icons.js';
import { Facts } from '../layout/facts.js';
import { Moment } from '../layout/moment.js';
import { texts } from '../texts.js';
import { ScopeList } from './scope-list.js';

export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { id, account, status, scopes, createdAt, updatedAt, expiresAt, lastRefreshedAt, lastUsedAt } = connection;
  const words = texts.connection;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Facts
        facts={[
          [words.account, <AccountName key="account" account={account} />],
          [words.status, <StatusChip key="status" status={status} />],
          [words.used, <Moment key="used" time={lastUsedAt} missing={words.never} />],
          [words.connected, <Moment key="created" time={createdAt} />],
        ]}
      />
      <Facts facts={[[words.scopes, <ScopeList key="scopes" scopes={scopes} label={words.scopes} />]]} stacked />
      <Box component="details" sx={{ '& > summary': { cursor: 'pointer', typography: 'body2', minHeight: 24 } }}>
        <summary>{words.more}</summary>
        <Box sx={{ pt: 1.5 }}>
          <Facts
            facts={[
              [words.updated, <Moment key="updated" time={updatedAt} />],
              [words.refreshed, <Moment key="refreshed" time={lastRefreshedAt} missing={words.never} />],
              [words.expires, <Moment key="expires" time={expiresAt} missing={words.noExpiry} />],
              [words.id, <code key="id">{id}</code>],
            ]}
          />
        </Box>
      </Box>
    </Box>
  );
}

export function StatusChip({ status }: Pick<Connection, 'status'>) {
  const active = status === 'active';
  return (
    <Chip
      size="small"
      label={active ? texts.status.connected : texts.status.needsReconnect}
      color={active ? 'success' : 'warning'}
      variant="outlined"
    />
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
