import { Box, Button, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../../api/service-problem.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { Ago } from '../ago.js';
import { texts } from '../texts.js';
import { useTrail } from './use-connections.js';

const words = texts.connections.trail;

/** Who did what with a connection. */
export function Trail({ id }: { id: string }) {
  const { data, error, isError, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useTrail(id);
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Box component="section" aria-labelledby="trail-title" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h3" id="trail-title">
        {words.title}
      </Typography>
      {isError ? <ProblemAlert problem={problemOf(error)} onRetry={() => void refetch()} /> : null}
      {isPending ? <Skeleton variant="rounded" height={120} aria-label={words.loading} /> : null}
      {data !== undefined && events.length === 0 ? <Typography variant="body2">{words.none}</Typography> : null}
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {events.map(({ id: event, type, at, actor, detail }) => (
          <Box
            component="li"
            key={event}
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
              <strong>{words.types[type] ?? type}</strong>
              {detail === undefined ? null : ` (${detail})`}
            </span>
            <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
              <Ago time={at} />
            </Box>
            <Box sx={{ gridColumn: '1 / -1', color: 'text.secondary', overflowWrap: 'anywhere' }}>
              {words.by[actor.kind] ?? actor.kind}
              {actor.id === null ? null : ` ${actor.id}`}
            </Box>
          </Box>
        ))}
      </Box>
      {hasNextPage ? (
        <Button onClick={() => void fetchNextPage()} loading={isFetchingNextPage} sx={{ justifySelf: 'start' }}>
          {words.more}
        </Button>
      ) : null}
    </Box>
  );
}
