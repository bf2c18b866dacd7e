import { Box, Button, MenuItem, Paper, Skeleton, TextField, Typography } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { DraftField } from '../../layout/draft-field.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { setSearchParams } from '../../routing/search-params.js';
import { texts } from '../texts.js';
import { AuditTable } from './audit-table.js';
import { useAudit, useAuditExport, useAuditFilter } from './use-audit.js';

const labels = texts.audit;
const { types, more, loading, empty } = texts.connections.auditLog;
const PAUSE_MS = 400;
const ALL = 'all';

export function AuditTab() {
  const filter = useAuditFilter();
  const { events, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = useAudit(filter);
  const exporting = useAuditExport(filter);
  const isFiltered = Object.keys(filter).length > 0;
  const failure = error ?? exporting.error;
  return (
    <>
      <Hint>{labels.intro}</Hint>
      <Box
        role="search"
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: { xs: '1fr', sm: '240px minmax(160px, 320px) 1fr' },
          alignItems: 'center',
        }}
      >
        <TextField
          select
          size="small"
          label={labels.type}
          value={filter.type ?? ALL}
          onChange={({ target }) => setSearchParams({ type: target.value === ALL ? null : target.value })}
        >
          <MenuItem value={ALL}>{texts.all}</MenuItem>
          {Object.entries(types).map(([type, name]) => (
            <MenuItem key={type} value={type}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        <DraftField
          type="search"
          label={labels.org}
          value={filter.orgId ?? ''}
          pauseMs={PAUSE_MS}
          onCommit={(org) => setSearchParams({ org: org.trim() }, { replace: true })}
        />
        <Button
          variant="outlined"
          onClick={() => exporting.mutate()}
          loading={exporting.isPending}
          sx={{ justifySelf: { sm: 'end' } }}
        >
          {labels.export}
        </Button>
      </Box>
      {failure !== null && <ProblemAlert problem={problemOf(failure)} onRetry={refetch} />}
      {isPending && <Skeleton variant="rounded" height={320} aria-label={loading} />}
      {events !== undefined && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          {events.length === 0 ? (
            <Typography role="status" sx={{ p: 6, textAlign: 'center', fontWeight: 600 }}>
              {isFetching ? loading : isFiltered ? labels.noMatch : empty}
            </Typography>
          ) : (
            <AuditTable events={events} />
          )}
        </Paper>
      )}
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} loading={isFetching} sx={{ justifySelf: 'start' }}>
          {more}
        </Button>
      )}
    </>
  );
}
