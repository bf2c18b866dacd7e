import { Box, Button, Skeleton, Typography } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { useCaller } from '../../session/caller.js';
import { describeCall, describeResult, describeTime } from '../activity/describe.js';
import { useActivity, type ActivityEntry } from '../activity/use-activity.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { useAuditLog, type AuditEntry } from './use-audit-log.js';
import { connectionKey } from './use-connections.js';

const labels = texts.timeline;
const PAGE_SIZE = 20;

/** What was done with a connection, and what the provider was asked for it. @param isGone the connection was deleted */
export function Timeline({ connectionId, isGone = false }: { connectionId: string; isGone?: boolean }) {
  const isAudited = useCaller().scopes.includes('admin') || !isGone;
  const audit = useAuditLog(connectionId, isGone, isAudited);
  const activity = useActivity({ connectionId }, connectionKey(connectionId), PAGE_SIZE);
  const lists = isAudited ? [audit, activity] : [activity];
  const failed = lists.find(({ error }) => error !== null);
  const incomplete = lists.filter(({ hasNextPage }) => hasNextPage);
  // What is older than the last entry of a list that goes on may not be complete.
  const from =
    incomplete
      .map(({ rows = [] }) => rows.at(-1)?.at ?? '')
      .sort()
      .at(-1) ?? '';
  const entries = [...(audit.rows ?? []), ...(activity.rows ?? [])]
    .filter(({ at }) => at >= from)
    .sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Box component="section" aria-labelledby="timeline-title" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h3" id="timeline-title">
        {labels.title}
      </Typography>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {lists.some(({ isPending }) => isPending) ? (
        <Skeleton variant="rounded" height={120} aria-label={texts.loading} />
      ) : (
        entries.length === 0 && <Typography variant="body2">{labels.empty}</Typography>
      )}
      <Box component="ol">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Box>
      {incomplete.length > 0 && (
        <Button
          onClick={() => incomplete.forEach(({ fetchNextPage }) => void fetchNextPage())}
          loading={incomplete.some(({ isFetching }) => isFetching)}
          sx={{ justifySelf: 'start' }}
        >
          {texts.older}
        </Button>
      )}
    </Box>
  );
}

function Entry({ entry }: { entry: AuditEntry | ActivityEntry }) {
  const { at, actor } = entry;
  const isCall = 'kind' in entry;
  const [title, detail] = isCall
    ? [texts.activity.kinds[entry.kind], `${describeResult(entry)}, ${describeTime(entry)}`]
    : [texts.audit.types[entry.type] ?? entry.type, entry.detail];
  return (
    <Box component="li" sx={ENTRY}>
      <Box component="span" sx={{ color: isCall && !entry.ok ? 'error.main' : undefined }}>
        <strong>{title}</strong>
        {detail != null && ` (${detail})`}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
        <RelativeTime time={at} />
      </Box>
      <Box sx={{ gridColumn: '1 / -1', color: 'text.secondary', overflowWrap: 'anywhere' }}>
        {isCall && <code>{describeCall(entry)} </code>}
        {texts.audit.actors[actor.kind] ?? actor.kind} {actor.id}
      </Box>
    </Box>
  );
}

const ENTRY = {
  display: 'grid',
  gridTemplateColumns: 'minmax(0, 1fr) auto',
  columnGap: 2,
  py: 0.75,
  borderTop: 1,
  borderColor: 'divider',
  typography: 'body2',
};
