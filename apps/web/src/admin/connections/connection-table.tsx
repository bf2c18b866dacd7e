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
import { isSortColumn, type ListOrder, type SortColumn } from './filter-and-sort.js';

const COLUMN_IDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

interface ConnectionTableProps extends ListOrder {
  /** Of the current page. */
  connections: Connection[];
  integrations: Integration[];
  selectedIds: ReadonlySet<string>;
  allSelected: boolean;
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
                slotProps={{ input: { 'aria-label': texts.connections.selectAll } }}
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
