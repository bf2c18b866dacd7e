import { memo } from 'react';
import { Box, Checkbox, Link, TableCell, TableRow } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { StatusChip } from '../../connection/status-chip.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { COLUMNS } from './columns.js';

interface ConnectionRowProps {
  connection: Connection;
  integration: Integration | undefined;
  selected: boolean;
  open: boolean;
  onSelect: (id: string) => void;
  onOpen: (id: string) => void;
}

const ELLIPSIS = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' };
const cell = (id: keyof typeof COLUMNS) => ({ ...ELLIPSIS, display: COLUMNS[id].display });

export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { connection, integration, selected, open, onSelect, onOpen } = props;
  const { id, account, orgId, userId, status, createdAt, expiresAt, lastUsedAt, problem } = connection;
  const name = integration?.name ?? connection.integration;
  return (
    // The whole row is a target for the mouse; the account's name is the button for keyboards and screen readers.
    <TableRow
      hover
      selected={selected || open}
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
      <TableCell sx={{ display: COLUMNS.status.display, pr: 0 }}>
        <StatusChip status={status} />
      </TableCell>
      <TableCell sx={cell('integration')}>
        <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          {integration && <IntegrationAvatar integration={integration} size={20} />}
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
          sx={{ fontWeight: 600, textAlign: 'left', maxWidth: '100%', verticalAlign: 'baseline', ...ELLIPSIS }}
        >
          {account.name}
        </Link>
        <Box sx={{ display: { xs: 'block', md: 'none' }, color: 'text.secondary', ...ELLIPSIS }}>{name}</Box>
        <Box sx={{ display: { xs: 'block', sm: 'none' }, color: 'text.secondary', ...ELLIPSIS }}>
          {userId} · {orgId}
        </Box>
      </TableCell>
      <TableCell sx={cell('org')}>{orgId}</TableCell>
      <TableCell sx={cell('user')}>{userId}</TableCell>
      <TableCell sx={cell('age')}>
        <RelativeTime time={createdAt} />
      </TableCell>
      <TableCell sx={cell('expires')}>
        <RelativeTime time={expiresAt} missing={texts.never} />
      </TableCell>
      <TableCell sx={cell('used')}>
        <RelativeTime time={lastUsedAt} missing={texts.never} />
      </TableCell>
      <TableCell sx={cell('problem')} title={problem?.detail}>
        {problem?.title ?? texts.none}
      </TableCell>
    </TableRow>
  );
});
