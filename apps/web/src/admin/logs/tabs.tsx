import { Box, Button, Link, Typography } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { API_VALUES, unwrap } from '@causeway/client';
import { download } from '../../layout/download.js';
import { useMay } from '../../session/caller.js';
import { inWords } from '../../texts.js';
import { connectionKey } from '../connections/actions.js';
import { type Filter, optionsOf, useFilter } from '../forms.js';
import { ExactTime } from '../relative-time.js';
import { eventsOf, lists, RequestState, type RowOf, useAction, useIntegrationNames, usePaged } from '../requests.js';
import { type Column, ListTable, PagedTable } from '../tables.js';
import { countOf, texts } from '../texts.js';

const { activityKinds: kinds, auditEvents: types, actors } = texts;

type ActivityEntry = RowOf<typeof lists.activity>;
type AuditEntry = RowOf<typeof lists.audit>;
type Entry = AuditEntry | RowOf<ReturnType<typeof eventsOf>> | ActivityEntry;

const TIME: Column<{ at: string }> = { label: 'Time', nowrap: true, cell: ({ at }) => <ExactTime time={at} /> };

const OWNER: Column<Pick<AuditEntry, 'orgId' | 'userId' | 'connectionId'>> = {
  label: texts.owner,
  from: 'sm',
  cell: ({ orgId, userId, connectionId }) => [
    joined(' · ', orgId ?? 'Whole installation', userId),
    connectionId && <ConnectionLink id={connectionId} />,
  ],
};

/** Its id says nothing to people. */
export const ConnectionLink = ({ id }: { id: string }) => (
  <Link component={RouterLink} href={`/admin?connection=${id}`} title={id}>
    Show the connection
  </Link>
);

/** Those of the parts that there are. */
const joined = (separator: string, ...parts: (string | number | false | null)[]): string =>
  parts.filter(Boolean).join(separator);

const actorOf = ({ actor: { kind, id } }: Pick<AuditEntry, 'actor'>) => joined(' ', inWords(kind, actors), id);

/** What was asked: the request to the provider, or what a load has read. */
const describeCall = ({ method, path, detail, pages, items }: ActivityEntry): string =>
  pages !== null && items !== null
    ? `${detail}: ${countOf(items, 'item')}, ${countOf(pages, 'page')}`
    : joined(' ', method, path);

const describeResult = ({ ok, status, problem, detail, pages }: ActivityEntry): string =>
  joined(' · ', status, problem ?? (status === null && ok && 'OK'), pages === null && detail);

const describeTime = ({ durationMs, retries, waitedMs }: ActivityEntry): string =>
  joined(
    ', ',
    `${durationMs.toLocaleString()} ms`,
    waitedMs > 0 && `${waitedMs.toLocaleString()} ms of it waiting`,
    retries > 0 && countOf(retries, 'retry', 'retries'),
  );

const ACTIVITY_FILTERS: Filter[] = [
  { name: 'orgId', label: texts.org },
  { name: 'userId', label: texts.user },
  { name: 'connectionId', label: 'Connection ID' },
  { name: 'requestId', label: 'Request ID' },
  { name: 'kind', label: 'Kind', options: optionsOf(API_VALUES.ActivityKind, kinds) },
  { name: 'status', label: 'Result', options: optionsOf(['ok', 'failed'], { ok: 'Succeeded' }) },
];

const FAILED = { color: 'error.main', fontWeight: 600 };

export function ActivityTab() {
  const nameOf = useIntegrationNames();
  const columns: Column<ActivityEntry>[] = [
    TIME,
    {
      label: 'Call',
      cell: (entry) => [
        `${inWords(entry.kind, kinds)} · ${nameOf(entry.integration)}`,
        <code>{describeCall(entry)}</code>,
      ],
    },
    { label: 'Result', cell: (entry) => <Box sx={entry.ok ? {} : FAILED}>{describeResult(entry)}</Box> },
    { label: 'Duration', from: 'md', cell: describeTime },
    OWNER,
    { label: 'By', from: 'lg', cell: (entry) => [actorOf(entry), <code>{entry.requestId}</code>] },
  ];
  return (
    <PagedTable
      {...lists.activity}
      label="Activity"
      intro="Every call to a provider, load and token refresh. Reads of stored tokens call no provider and are not listed."
      columns={columns}
      filters={ACTIVITY_FILTERS}
      empty="No activity yet. Entries appear here when an account is checked, loaded or called through the proxy."
      noMatch="Nothing matches these filters. Requests that call no provider have no entries, and old entries are removed."
    />
  );
}

const AUDIT_FILTERS: Filter[] = [
  { name: 'type', label: texts.event, options: optionsOf(API_VALUES.AuditEventType, types) },
  { name: 'orgId', label: texts.org },
];

export function AuditTab() {
  const nameOf = useIntegrationNames();
  const { rows: keys = [] } = usePaged(lists.keys);
  const named = (detail: string) => keys.reduce((text, { id, name }) => text.replace(id, name), nameOf(detail));
  const query: Record<string, unknown> = useFilter(AUDIT_FILTERS.map(({ name }) => name));
  /** All entries, as lines of JSON in the order of the chain. */
  const exporting = useAction(async (client) => {
    const headers = { accept: 'application/x-ndjson' };
    const blob = await unwrap(client.GET('/audit', { params: { query }, headers, parseAs: 'blob' }));
    download(blob, `audit-log-${new Date().toISOString().slice(0, 10)}.ndjson`);
  });
  const columns: Column<AuditEntry>[] = [
    TIME,
    {
      label: texts.event,
      cell: ({ type, detail }) => [<strong>{inWords(type, types)}</strong>, detail && named(detail)],
    },
    {
      label: 'By',
      cell: ({ actor: { kind, id } }) => [inWords(kind, actors), keys.find((key) => key.id === id)?.name ?? id],
    },
    OWNER,
  ];
  return (
    <>
      <RequestState of={[exporting]} />
      <PagedTable
        {...lists.audit}
        label="Audit log"
        intro="Who did what, with which key, session or connection. Entries are chained by hashes, so tampering is detected: run npm run verify-audit to check."
        columns={columns}
        filters={AUDIT_FILTERS}
        empty="There are no entries yet."
        action={
          <Button variant="outlined" onClick={() => exporting.mutate()} loading={exporting.isPending}>
            Export
          </Button>
        }
      />
    </>
  );
}

const TIMELINE: Column<Entry>[] = [
  {
    label: texts.event,
    cell: (entry) =>
      'kind' in entry
        ? [
            <Box component="strong" sx={{ color: entry.ok ? undefined : 'error.main' }}>
              {inWords(entry.kind, kinds)}
            </Box>,
            <code>{describeCall(entry)}</code>,
            `${describeResult(entry)}, ${describeTime(entry)}`,
            actorOf(entry),
          ]
        : [<strong>{inWords(entry.type, types)}</strong>, entry.detail, actorOf(entry)],
  },
  { label: 'Time', nowrap: true, time: ({ at }) => at },
];

/**
 * What was done with a connection, and what the provider was asked for it.
 * @param isGone it was deleted: what happened to it is in the audit log of the installation only
 */
export function Timeline({ id, isGone }: { id: string; isGone: boolean }) {
  const isAudited = useMay('admin') || !isGone;
  const filter = { connectionId: id };
  const activity = usePaged({ ...lists.activity, queryKey: [...connectionKey(id), 'activity'], filter, wanted: 20 });
  const audit = usePaged<Entry>({
    ...(isGone ? lists.audit : eventsOf(id)),
    queryKey: [...connectionKey(id), 'audit log'],
    filter: isGone ? filter : {},
    wanted: 20,
    enabled: isAudited,
  });
  const both = isAudited ? [audit, activity] : [activity];
  const incomplete = both.filter(({ hasNextPage }) => hasNextPage);
  // What is older than the last entry of a list that goes on may not be complete.
  const ends = incomplete.map(({ rows = [] }) => rows.at(-1)?.at ?? '').toSorted();
  const entries = both
    .flatMap(({ rows = [] }): Entry[] => rows)
    .filter(({ at }) => at >= (ends.at(-1) ?? ''))
    .toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      <Typography variant="h3">Timeline</Typography>
      <ListTable label="Timeline" columns={TIMELINE} lists={both} rows={entries} empty="Nothing has happened yet." />
    </>
  );
}
