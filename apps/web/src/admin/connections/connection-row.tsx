import { memo } from 'react';
import { Box, Checkbox, Link, TableCell, TableRow } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { IntegrationMark } from '../../integrations/integration-mark.js';
import { Ago } from '../ago.js';
import { texts } from '../texts.js';
import { columnOf } from './columns.js';
import { StatusChip } from './status-chip.js';

interface ConnectionRowProps {
  connection: Connection;
  integration: Integration | undefined;
  selected: boolean;
  opened: boolean;
  onSelect: (id: string) => void;
  onOpen: (id: string) => void;
}

const CUT = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' };
const cell = (id: Parameters<typeof columnOf>[0]) => ({ ...CUT, display: columnOf(id).display });

export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { connection, integration, selected, opened, onSelect, onOpen } = props;
  const { id, account, orgId, userId, status, createdAt, expiresAt, lastUsedAt, problem } = connection;
  const name = integration?.name ?? connection.integration;
  return (
    // The whole row for those who point; the account's name is the button for everybody.
    <TableRow
      hover
      selected={selected || opened}
      onClick={() => onOpen(id)}
      sx={{ cursor: 'pointer', height: { xs: 72, sm: 49 }, '& td': { borderColor: 'divider' } }}
    >
      <TableCell padding="checkbox" onClick={(event) => event.stopPropagation()}>
        <Checkbox
          checked={selected}
          onChange={() => onSelect(id)}
          slotProps={{ input: { 'aria-label': texts.connections.select(account.name, userId) } }}
        />
      </TableCell>
      <TableCell sx={{ display: columnOf('status').display, pr: 0 }}>
        <StatusChip status={status} />
      </TableCell>
      <TableCell sx={cell('integration')}>
        <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          {integration === undefined ? null : <IntegrationMark integration={integration} size={20} />}
          {name}
        </Box>
      </TableCell>
      <TableCell sx={cell('account')}>
        <Link
          component="button"
          type="button"
          variant="body2"
          aria-label={texts.connections.open(account.name)}
          aria-haspopup="dialog"
          onClick={(event) => {
            event.stopPropagation();
            onOpen(id);
          }}
          sx={{ fontWeight: 600, textAlign: 'left', maxWidth: '100%', verticalAlign: 'baseline', ...CUT }}
        >
          {account.name}
        </Link>
        <Box sx={{ display: { xs: 'block', md: 'none' }, color: 'text.secondary', ...CUT }}>{name}</Box>
        <Box sx={{ display: { xs: 'block', sm: 'none' }, color: 'text.secondary', ...CUT }}>
          {userId} · {orgId}
        </Box>
      </TableCell>
      <TableCell sx={cell('org')}>{orgId}</TableCell>
      <TableCell sx={cell('user')}>{userId}</TableCell>
      <TableCell sx={cell('age')}>
        <Ago time={createdAt} />
      </TableCell>
      <TableCell sx={cell('expires')}>
        <Ago time={expiresAt} missing={texts.connections.noExpiry} />
      </TableCell>
      <TableCell sx={cell('used')}>
        <Ago time={lastUsedAt} missing={texts.never} />
      </TableCell>
      <TableCell sx={cell('problem')} title={problem?.detail}>
        {problem?.title ?? texts.none}
      </TableCell>
    </TableRow>
  );
});
