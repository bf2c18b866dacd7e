import { memo } from 'react';
import {
  Box,
  Checkbox,
  Link,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
} from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { StatusChip } from '../../connection/status-chip.js';
import { IntegrationAvatar } from '../../integrations/integration-avatar.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { isSortColumn, type ListOrder, type SortColumn } from './filter-and-sort.js';

interface ColumnStyle {
  /** Narrow screens have fewer columns; the details show the rest. */
  display: Record<string, string> | string;
  width?: Record<string, number | string> | number;
}

const FROM_SMALL = { xs: 'none', sm: 'table-cell' };
const FROM_MEDIUM = { xs: 'none', md: 'table-cell' };
const FROM_LARGE = { xs: 'none', lg: 'table-cell' };
/** On narrower screens, the last error needs the room. */
const FROM_WIDEST = { xs: 'none', xl: 'table-cell' };

const COLUMNS: Record<SortColumn | 'problem', ColumnStyle> = {
  status: { display: 'table-cell', width: { xs: 148, sm: 156 } },
  integration: { display: FROM_MEDIUM, width: 124 },
  account: { display: 'table-cell', width: { lg: '20%' } },
  org: { display: FROM_SMALL, width: { lg: '10%' } },
  user: { display: FROM_SMALL, width: { lg: '13%' } },
  age: { display: FROM_MEDIUM, width: 118 },
  expires: { display: FROM_WIDEST, width: 112 },
  used: { display: FROM_LARGE, width: 118 },
  problem: { display: FROM_LARGE },
};

const COLUMN_IDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

interface ConnectionTableProps extends ListOrder {
  /** Of the current page. */
  connections: Connection[];
  integrations: Integration[];
  selectedIds: ReadonlySet<string>;
  allSelected: boolean;
  selectAllLabel: string;
  openId: string | null;
  onSort: (column: SortColumn) => void;
  onSelect: (id: string) => void;
  onSelectAll: () => void;
  onOpen: (id: string) => void;
}

export function ConnectionTable(props: ConnectionTableProps) {
  const { connections, integrations, selectedIds, allSelected, openId, sort, order } = props;
  const byId = new Map(integrations.map((integration) => [integration.id, integration]));
  return (
    <TableContainer>
      <Table
        size="small"
        aria-label={texts.connections.table}
        sx={{ tableLayout: 'fixed', borderCollapse: 'separate' }}
      >
        <TableHead>
          <TableRow>
            <TableCell padding="checkbox">
              <Checkbox
                checked={allSelected}
                indeterminate={selectedIds.size > 0 && !allSelected}
                onChange={props.onSelectAll}
                slotProps={{ input: { 'aria-label': props.selectAllLabel } }}
              />
            </TableCell>
            {COLUMN_IDS.map((id) => (
              <TableCell
                key={id}
                sortDirection={sort === id ? order : false}
                sx={{ ...COLUMNS[id], color: 'text.secondary', whiteSpace: 'nowrap' }}
              >
                {isSortColumn(id) ? (
                  <TableSortLabel
                    active={sort === id}
                    direction={sort === id ? order : 'asc'}
                    onClick={() => props.onSort(id)}
                  >
                    {texts.connections.columns[id]}
                  </TableSortLabel>
                ) : (
                  texts.connections.columns[id]
                )}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {connections.map((connection) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              integration={byId.get(connection.integration)}
              selected={selectedIds.has(connection.id)}
              open={connection.id === openId}
              onSelect={props.onSelect}
              onOpen={props.onOpen}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

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

const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
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
