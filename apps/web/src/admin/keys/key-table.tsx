import { Box, Button, Chip, Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import type { ApiKey } from './use-keys.js';

const labels = texts.keys;
const FROM_MEDIUM = { xs: 'none', md: 'table-cell' };
const FROM_SMALL = { xs: 'none', sm: 'table-cell' };

export function KeyTable({ keys, now, onRevoke }: { keys: ApiKey[]; now: number; onRevoke: (key: ApiKey) => void }) {
  return (
    <TableContainer>
      <Table aria-label={labels.table}>
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary' } }}>
            <TableCell>{labels.columns.name}</TableCell>
            <TableCell sx={{ display: FROM_SMALL }}>{labels.columns.scopes}</TableCell>
            <TableCell sx={{ display: FROM_MEDIUM }}>{labels.columns.orgs}</TableCell>
            <TableCell sx={{ display: FROM_MEDIUM }}>{labels.columns.created}</TableCell>
            <TableCell>{labels.columns.expires}</TableCell>
            <TableCell>
              <span className="visually-hidden">{labels.columns.action}</span>
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {keys.map((key) => (
            <TableRow
              key={key.id}
              sx={{ '&:last-child > *': { borderBottom: 0 }, '& > *': { borderColor: 'divider' } }}
            >
              <TableCell component="th" scope="row" sx={{ overflowWrap: 'anywhere', minWidth: 110 }}>
                <strong>{key.name}</strong>
                <Box component="code" sx={{ display: 'block', color: 'text.secondary', fontSize: 12 }}>
                  {labels.id(key.id)}
                </Box>
                <Box sx={{ display: { xs: 'block', sm: 'none' }, color: 'text.secondary' }}>
                  {key.scopes.join(', ')}
                </Box>
              </TableCell>
              <TableCell sx={{ display: FROM_SMALL }}>
                <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
                  {key.scopes.map((scope) => (
                    <Chip key={scope} size="small" label={scope} sx={{ fontFamily: 'ui-monospace, monospace' }} />
                  ))}
                </Box>
              </TableCell>
              <TableCell sx={{ display: FROM_MEDIUM, overflowWrap: 'anywhere' }}>
                {key.orgIds?.join(', ') ?? labels.allOrgs}
              </TableCell>
              <TableCell sx={{ display: FROM_MEDIUM, whiteSpace: 'nowrap' }}>
                <RelativeTime time={key.createdAt} />
              </TableCell>
              <TableCell sx={{ whiteSpace: { sm: 'nowrap' } }}>
                {key.expiresAt !== null && Date.parse(key.expiresAt) <= now ? (
                  <Chip size="small" variant="outlined" color="warning" label={labels.expired} />
                ) : (
                  <RelativeTime time={key.expiresAt} missing={texts.never} />
                )}
              </TableCell>
              <TableCell align="right">
                <Button
                  color="error"
                  size="small"
                  onClick={() => onRevoke(key)}
                  aria-label={labels.revokeNamed(key.name)}
                >
                  {labels.revoke}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
