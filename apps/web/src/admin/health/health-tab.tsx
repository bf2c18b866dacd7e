import { Box, Link, Typography } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { API_VALUES } from '@causeway/client';
import { Hint } from '../../layout/content.js';
import { StateChip } from '../../layout/state-chip.js';
import { useMay } from '../../session/caller.js';
import { DataTable, type Column } from '../data-table.js';
import { RequestState } from '../dialogs.js';
import { useIntegrationNames } from '../lists.js';
import { RelativeTime } from '../relative-time.js';
import { countOf, texts } from '../texts.js';
import { EventsByDay, formatNumber, MetricCard } from './metric-card.js';
import { perMinute, useMetrics, useReadiness, type Metrics } from './queries.js';

const sizeFormat = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
const formatBytes = (value: number) => sizeFormat.format(value / 1_000_000);
const averageOf = (seconds: number, count: number) =>
  count === 0 ? texts.none : `${formatNumber(Math.round((1000 * seconds) / count))} ms on average`;

const SOURCES = { connects: 'Connects', loads: 'Loads', refreshes: 'Refreshes', providerCalls: 'Provider calls' };

/** Each with the total since the service started, and how long one takes. */
const COUNTERS: [name: string, total: (metrics: Metrics) => number, seconds?: (metrics: Metrics) => number][] = [
  [SOURCES.connects, ({ connects }) => connects],
  [SOURCES.loads, ({ loads }) => loads],
  [SOURCES.refreshes, ({ refreshes }) => refreshes],
  [SOURCES.providerCalls, ({ providerCalls }) => providerCalls, ({ providerCallSeconds }) => providerCallSeconds],
  ['Requests', ({ requests }) => requests, ({ requestSeconds }) => requestSeconds],
  ['Failures', ({ failures }) => failures.reduce((sum, { count }) => sum + count, 0)],
];

const FAILURES: Column<Metrics['failures'][number]>[] = [
  { label: 'Reason', cell: ({ reason }) => <strong>{reason}</strong> },
  { label: 'During', cell: ({ source }) => SOURCES[source] },
  { label: 'Count', cell: ({ count }) => formatNumber(count) },
];

type ByIntegration = Metrics['integrations'][number];

const COUNTS: Column<ByIntegration>[] = API_VALUES.FailureSource.map((source) => ({
  label: SOURCES[source],
  ...(source !== 'providerCalls' && { from: 'sm' }),
  cell: ({ [source]: { count, failed } }) =>
    `${formatNumber(count)}${failed > 0 ? ` (${formatNumber(failed)} failed)` : ''}`,
}));

export function HealthTab() {
  const metrics = useMetrics();
  const nameOf = useIntegrationNames();
  const isAdmin = useMay('admin');
  const history = metrics.data ?? [];
  const current = history.at(-1);
  const integrations: Column<ByIntegration>[] = [
    { label: texts.integration, cell: ({ integration }) => <strong>{nameOf(integration)}</strong> },
    ...COUNTS,
    {
      label: 'Average call',
      from: 'sm',
      cell: ({ providerCallSeconds, providerCalls }) => averageOf(providerCallSeconds, providerCalls.count),
    },
  ];
  return (
    <>
      <Status />
      <Box>
        <Typography variant="h3">Live metrics</Typography>
        <Hint>
          {current && (
            <>
              Counted by {countOf(current.processes, 'process', 'processes')} on this machine, started{' '}
              <RelativeTime time={current.since} />.{' '}
            </>
          )}
          Charts begin when you open this page and update every 5 seconds.{' '}
          <Link component={RouterLink} href="/admin?tab=activity&status=failed">
            Failed calls of all processes
          </Link>
        </Hint>
      </Box>
      <RequestState of={[metrics]} />
      <Box sx={CARDS}>
        {COUNTERS.map(([name, totalOf, secondsOf]) => (
          <MetricCard
            key={name}
            name={name}
            values={perMinute(history, totalOf)}
            unit="per minute"
            details={
              current && [
                `${formatNumber(totalOf(current))} since start`,
                secondsOf && averageOf(secondsOf(current), totalOf(current)),
              ]
            }
          />
        ))}
        <MetricCard
          name="Memory"
          values={history.map(({ memoryBytes }) => memoryBytes)}
          format={formatBytes}
          details={current && [`${formatBytes(current.heapBytes)} used by JavaScript`]}
        />
        {isAdmin && <EventsByDay type="connected" name="Connects by day" />}
        {isAdmin && <EventsByDay type="refreshed" name="Refreshes by day" />}
      </Box>
      {current && (
        <DataTable
          label="By integration"
          columns={integrations}
          rows={current.integrations.map((row) => ({ ...row, id: row.integration }))}
        />
      )}
      {current && current.failures.length > 0 && (
        <DataTable
          label="Failures by reason"
          columns={FAILURES}
          rows={current.failures.map((row) => ({ ...row, id: `${row.source} ${row.reason}` }))}
        />
      )}
    </>
  );
}

const CARDS = { display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))' };

const PARTS: Partial<Record<string, string>> = { store: 'Store', syncs: 'Store of syncs' };
const STORES: Partial<Record<string, string>> = {
  redis: 'Redis',
  embedded: 'Embedded store',
  postgres: 'PostgreSQL',
};

function Status() {
  const readiness = useReadiness();
  const nameOf = useIntegrationNames();
  const { data } = readiness;
  if (data === undefined || readiness.isError) return <RequestState of={[readiness]} height={150} />;
  const columns: Column<{ id: string } & (typeof data.parts)[string]>[] = [
    { label: 'Part', isHeader: true, cell: ({ id }) => PARTS[id] ?? nameOf(id) },
    {
      label: texts.status,
      cell: ({ status }) => (
        <StateChip state={status} {...(status === 'ok' ? { label: 'Ready' } : { color: 'error' })} />
      ),
    },
    {
      label: 'Detail',
      cell: ({ detail, warnings }) => [detail && (STORES[detail] ?? detail), ...warnings.map((one) => one.detail)],
    },
  ];
  return (
    <>
      <Typography role="status">
        {data.status === 'ok' ? 'The service is ready.' : 'The service is not ready.'}
      </Typography>
      <DataTable
        label={texts.status}
        columns={columns}
        rows={Object.entries(data.parts).map(([id, part]) => ({ id, ...part }))}
      />
    </>
  );
}
