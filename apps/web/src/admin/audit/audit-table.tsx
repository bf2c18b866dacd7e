import { Box, Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import { DateTime } from '../../layout/date-time.js';
import { texts } from '../texts.js';
import type { AuditEvent } from './use-audit.js';

const { columns, table, wholeInstallation } = texts.audit;
const { types, actors } = texts.connections.auditLog;
const FROM_MEDIUM = { xs: 'none', md: 'table-cell' };

export function AuditTable({ events }: { events: AuditEvent[] }) {
  return (
    <TableContainer>
      <Table size="small" aria-label={table}>
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary' } }}>
            <TableCell>{columns.time}</TableCell>
            <TableCell>{columns.event}</TableCell>
            <TableCell>{columns.actor}</TableCell>
            <TableCell sx={{ display: FROM_MEDIUM }}>{columns.owner}</TableCell>
            <TableCell sx={{ display: FROM_MEDIUM }}>{columns.detail}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {events.map(({ id, at, type, actor, orgId, userId, connectionId, detail }) => (
            <TableRow
              key={id}
              sx={{
                '&:last-child > *': { borderBottom: 0 },
                '& > *': { borderColor: 'divider', overflowWrap: 'anywhere', verticalAlign: 'top' },
              }}
            >
              <TableCell sx={{ whiteSpace: { md: 'nowrap' } }}>
                <DateTime time={at} />
              </TableCell>
              <TableCell>
                <strong>{types[type] ?? type}</strong>
                <Box sx={{ display: { md: 'none' }, color: 'text.secondary' }}>{detail}</Box>
              </TableCell>
              <TableCell>
                {actors[actor.kind] ?? actor.kind}
                <Box sx={{ color: 'text.secondary' }}>{actor.id}</Box>
              </TableCell>
              <TableCell sx={{ display: FROM_MEDIUM }}>
                {orgId ?? wholeInstallation}
                <Box sx={{ color: 'text.secondary' }}>{userId}</Box>
              </TableCell>
              <TableCell sx={{ display: FROM_MEDIUM }}>
                {detail}
                <Box component="code" sx={{ display: 'block', color: 'text.secondary', fontSize: 12 }}>
                  {connectionId}
                </Box>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
