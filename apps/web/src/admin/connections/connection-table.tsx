import {
  Checkbox,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
} from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { texts } from '../texts.js';
import { ConnectionRow } from './connection-row.js';
import { COLUMNS } from './columns.js';
import type { SortKey, View } from './view.js';

interface ConnectionTableProps extends Pick<View, 'sort' | 'order'> {
  /** Of this page. */
  connections: Connection[];
  integrations: Integration[];
  selection: ReadonlySet<string>;
  allSelected: boolean;
  opened: string | null;
  onSort: (key: SortKey) => void;
  onSelect: (id: string) => void;
  onSelectAll: () => void;
  onOpen: (id: string) => void;
}

export function ConnectionTable(props: ConnectionTableProps) {
  const { connections, integrations, selection, allSelected, opened, sort, order } = props;
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
                indeterminate={selection.size > 0 && !allSelected}
                onChange={props.onSelectAll}
                slotProps={{ input: { 'aria-label': texts.connections.selectAll } }}
              />
            </TableCell>
            {COLUMNS.map(({ id, sortable, display, width }) => (
              <TableCell
                key={id}
                sortDirection={sortable && sort === id ? order : false}
                sx={{ display, width, color: 'text.secondary', whiteSpace: 'nowrap' }}
              >
                {sortable ? (
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
              selected={selection.has(connection.id)}
              opened={connection.id === opened}
              onSelect={props.onSelect}
              onOpen={props.onOpen}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
