import { Box, Button, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { useAuditLog } from './use-connections.js';

const labels = texts.connections.auditLog;

export function AuditLog({ connectionId }: { connectionId: string }) {
  const query = useAuditLog(connectionId);
  const entries = query.data?.pages.flatMap((page) => page.events);
  return (
    <Box component="section" aria-labelledby="audit-log-title" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h3" id="audit-log-title">
        {labels.title}
      </Typography>
      {query.isError && <ProblemAlert problem={problemOf(query.error)} onRetry={query.refetch} />}
      {query.isPending && <Skeleton variant="rounded" height={120} aria-label={labels.loading} />}
      {entries?.length === 0 && <Typography variant="body2">{labels.empty}</Typography>}
      <Box component="ol">
        {entries?.map(({ id, type, at, actor, detail }) => (
          <Box
            component="li"
            key={id}
            sx={{
              display: 'grid',
              gridTemplateColumns: 'minmax(0, 1fr) auto',
              columnGap: 2,
              py: 0.75,
              borderTop: 1,
              borderColor: 'divider',
              typography: 'body2',
            }}
          >
            <span>
              <strong>{labels.types[type] ?? type}</strong>
              {detail !== undefined && ` (${detail})`}
            </span>
            <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
              <RelativeTime time={at} />
            </Box>
            <Box sx={{ gridColumn: '1 / -1', color: 'text.secondary', overflowWrap: 'anywhere' }}>
              {labels.actors[actor.kind] ?? actor.kind} {actor.id}
            </Box>
          </Box>
        ))}
      </Box>
      {query.hasNextPage && (
        <Button
          onClick={() => void query.fetchNextPage()}
          loading={query.isFetchingNextPage}
          sx={{ justifySelf: 'start' }}
        >
          {labels.more}
        </Button>
      )}
    </Box>
  );
}
