import { Box, Typography } from '@mui/material';
import type { QueryKey } from '@tanstack/react-query';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';
import type { Column } from '../data-table.js';
import { listEvents, lists, usePaged, type List, type RowOf } from '../lists.js';
import { ListTable } from '../paged-table.js';
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
  const filter = { connectionId };
  const activity = usePaged({ queryKey: [...queryKey, 'activity'], list: lists.activity, filter, wanted: WANTED });
  const audit = usePaged({
    queryKey: [...queryKey, 'audit log', isGone],
    list: isGone ? (lists.audit as List<ConnectionEvent>) : listEvents(connectionId),
    filter: isGone ? filter : {},
    wanted: WANTED,
    enabled: isAudited,
  });
  const both = isAudited ? [audit, activity] : [activity];
  const incomplete = both.filter(({ hasNextPage }) => hasNextPage);
  // What is older than the last entry of a list that goes on may not be complete.
  const ends = incomplete.map(({ rows = [] }) => rows.at(-1)?.at ?? '').toSorted();
  const entries = both
    .flatMap(({ rows = [] }): (ConnectionEvent | ActivityEntry)[] => rows)
    .filter(({ at }) => at >= (ends.at(-1) ?? ''))
    .toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      <Typography variant="h3">Timeline</Typography>
      <ListTable label="Timeline" columns={COLUMNS} lists={both} rows={entries} empty="Nothing has happened yet." />
    </>
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
  { label: texts.time, nowrap: true, time: ({ at }) => at },
];
