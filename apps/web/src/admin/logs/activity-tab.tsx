import { Box } from '@mui/material';
import { API_VALUES } from '@causeway/client';
import { inWords } from '../../texts.js';
import type { Column } from '../data-table.js';
import type { Filter } from '../fields.js';
import { lists, useIntegrationNames } from '../lists.js';
import { PagedTable } from '../paged-table.js';
import { texts } from '../texts.js';
import { actorOf, describeCall, describeResult, describeTime, OWNER, TIME, type ActivityEntry } from './entries.js';

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
    TIME,
    {
      label: 'Call',
      cell: (entry) => [
        `${inWords(entry.kind, labels.kinds)} · ${nameOf(entry.integration)}`,
        <code>{describeCall(entry)}</code>,
      ],
    },
    { label: labels.result, cell: (entry) => <Box sx={entry.ok ? {} : FAILED}>{describeResult(entry)}</Box> },
    { label: 'Duration', from: 'md', cell: describeTime },
    OWNER,
    { label: texts.actor, from: 'lg', cell: (entry) => [actorOf(entry), <code>{entry.requestId}</code>] },
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
