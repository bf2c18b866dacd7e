import { Box, Link } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import type { Column } from '../data-table.js';
import type { Filter } from '../fields.js';
import { lists, useIntegrationNames } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { ExactTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { describeCall, describeResult, describeTime, type ActivityEntry } from './describe.js';

const labels = texts.activity;

const FILTERS: Filter[] = [
  { name: 'orgId', label: texts.org },
  { name: 'userId', label: texts.user },
  { name: 'connectionId', label: labels.connectionId },
  { name: 'requestId', label: labels.requestId },
  { name: 'kind', label: labels.kind, options: Object.entries(labels.kinds) },
  { name: 'status', label: labels.result, options: Object.entries(labels.statuses) },
];

const FAILED = { color: 'error.main', fontWeight: 600 };

export function ActivityTab() {
  const nameOf = useIntegrationNames();
  const columns: Column<ActivityEntry>[] = [
    { label: texts.time, cell: ({ at }) => <ExactTime time={at} />, nowrap: true },
    {
      label: labels.call,
      cell: (entry) => [
        `${labels.kinds[entry.kind]} · ${nameOf(entry.integration)}`,
        <code>{describeCall(entry)}</code>,
      ],
    },
    { label: labels.result, cell: (entry) => <Box sx={entry.ok ? {} : FAILED}>{describeResult(entry)}</Box> },
    { label: labels.duration, from: 'md', cell: describeTime },
    {
      label: texts.owner,
      from: 'sm',
      cell: ({ orgId, userId, connectionId }) => [`${orgId} · ${userId}`, <ConnectionLink id={connectionId} />],
    },
    {
      label: texts.actor,
      from: 'lg',
      cell: ({ actor, requestId }) => [
        `${texts.audit.actors[actor.kind] ?? actor.kind} ${actor.id ?? ''}`,
        <code>{requestId}</code>,
      ],
    },
  ];
  return (
    <PagedTable
      label={texts.tabs.activity}
      intro={labels.intro}
      queryKey={['activity']}
      list={lists.activity}
      columns={columns}
      filters={FILTERS}
      empty={labels.empty}
      noMatch={labels.noMatch}
    />
  );
}

/** Its id says nothing to people. */
export const ConnectionLink = ({ id }: { id: string }) => (
  <Link component={RouterLink} href={`/admin?connection=${id}`} title={id}>
    {texts.syncs.connection}
  </Link>
);
