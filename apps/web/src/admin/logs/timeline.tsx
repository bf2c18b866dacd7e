import { Box, Button, Skeleton, Typography } from '@mui/material';
import type { QueryKey } from '@tanstack/react-query';
import { problemOf } from '../../api/client.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';
import { DataTable, type Column } from '../data-table.js';
import { listEvents, lists, usePaged, type List, type RowOf } from '../lists.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { actorOf, describeCall, describeResult, describeTime, type ActivityEntry } from './tabs.js';

const WANTED = 20;

type ConnectionEvent = RowOf<ReturnType<typeof listEvents>>;

interface TimelineProps {
  connectionId: string;
  /** Of the queries that change when the connection changes. */
  queryKey: QueryKey;
  /** It was deleted: what happened to it is in the audit log of the installation only. */
  isGone: boolean;
}

/** What was done with a connection, and what the provider was asked for it. */
export function Timeline({ connectionId, queryKey, isGone }: TimelineProps) {
  const isAudited = useMay('admin') || !isGone;
  const activity = usePaged({
    queryKey: [...queryKey, 'activity'],
    list: lists.activity,
    filter: { connectionId },
    wanted: WANTED,
  });
  const audit = usePaged({
    queryKey: [...queryKey, 'audit log', isGone],
    list: isGone ? (lists.audit as List<ConnectionEvent>) : listEvents(connectionId),
    ...(isGone && { filter: { connectionId } }),
    wanted: WANTED,
    enabled: isAudited,
  });
  const both = isAudited ? [audit, activity] : [activity];
  const failed = both.find(({ error }) => error !== null);
  const incomplete = both.filter(({ hasNextPage }) => hasNextPage);
  // What is older than the last entry of a list that goes on may not be complete.
  const from =
    incomplete
      .map(({ rows = [] }) => rows.at(-1)?.at ?? '')
      .toSorted()
      .at(-1) ?? '';
  const entries = both
    .flatMap(({ rows = [] }): (ConnectionEvent | ActivityEntry)[] => rows)
    .filter(({ at }) => at >= from)
    .toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <Box component="section" aria-labelledby="timeline-title" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h3" id="timeline-title">
        Timeline
      </Typography>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {both.some(({ isPending }) => isPending) ? (
        <Skeleton height={120} aria-label={texts.loading} />
      ) : entries.length === 0 ? (
        <Typography variant="body2">Nothing has happened yet.</Typography>
      ) : (
        <DataTable label="Timeline" columns={COLUMNS} rows={entries} />
      )}
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

const COLUMNS: Column<ConnectionEvent | ActivityEntry>[] = [
  {
    label: texts.event,
    cell: (entry) =>
      'kind' in entry
        ? [
            <Box component="strong" sx={{ color: entry.ok ? undefined : 'error.main' }}>
              {inWords(entry.kind, texts.activity.kinds)}
            </Box>,
            <code>{describeCall(entry)}</code>,
            `${describeResult(entry)}, ${describeTime(entry)}`,
            actorOf(entry),
          ]
        : [<strong>{inWords(entry.type, texts.audit.types)}</strong>, entry.detail, actorOf(entry)],
  },
  { label: texts.time, nowrap: true, cell: ({ at }) => <RelativeTime time={at} /> },
];
