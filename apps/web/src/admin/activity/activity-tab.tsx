import { Box, Link } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { API_VALUES } from '@causeway/client';
import { inWords } from '../../texts.js';
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
  { name: 'connectionId', label: 'Connection ID' },
  { name: 'requestId', label: 'Request ID' },
  { name: 'kind', label: 'Kind', options: API_VALUES.ActivityKind.map((kind) => [kind, inWords(kind, labels.kinds)]) },
  { name: 'status', label: labels.result, options: Object.entries(labels.statuses) },
];

const FAILED = { color: 'error.main', fontWeight: 600 };

export function ActivityTab() {
  const nameOf = useIntegrationNames();
  const columns: Column<ActivityEntry>[] = [
    { label: texts.time, cell: ({ at }) => <ExactTime time={at} />, nowrap: true },
    {
      label: 'Call',
      cell: (entry) => [
        `${inWords(entry.kind, labels.kinds)} · ${nameOf(entry.integration)}`,
        <code>{describeCall(entry)}</code>,
      ],
    },
    { label: labels.result, cell: (entry) => <Box sx={entry.ok ? {} : FAILED}>{describeResult(entry)}</Box> },
    { label: 'Duration', from: 'md', cell: describeTime },
    {
      label: texts.owner,
      from: 'sm',
      cell: ({ orgId, userId, connectionId }) => [`${orgId} · ${userId}`, <ConnectionLink id={connectionId} />],
    },
    {
      label: texts.actor,
      from: 'lg',
      cell: ({ actor, requestId }) => [
        `${inWords(actor.kind, texts.audit.actors)} ${actor.id ?? ''}`,
        <code>{requestId}</code>,
      ],
    },
  ];
  return (
    <PagedTable
      label={texts.tabs.activity}
      intro="Every call to a provider, load and token refresh. Reads of stored tokens call no provider and are not listed."
      queryKey={['activity']}
      list={lists.activity}
      columns={columns}
      filters={FILTERS}
      empty="No activity yet. Entries appear here when an account is checked, loaded or called through the proxy."
      noMatch="Nothing matches these filters. Requests that call no provider have no entries, and old entries are removed."
    />
  );
}

/** Its id says nothing to people. */
export const ConnectionLink = ({ id }: { id: string }) => (
  <Link component={RouterLink} href={`/admin?connection=${id}`} title={id}>
    Show the connection
  </Link>
);
