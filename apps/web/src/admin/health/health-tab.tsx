import { useId } from 'react';
import { Box, Link, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { Link as RouterLink } from 'wouter';
import { API_VALUES, toCausewayError, unwrap, type CausewayClient } from '@causeway/client';
import { Hint, Panel } from '../../layout/content.js';
import { StateChip } from '../../layout/state-chip.js';
import { useMay } from '../../session/caller.js';
import { lists, RequestState, useIntegrationNames, usePaged, useRead } from '../requests.js';
import { type Column, DataTable } from '../tables.js';
import { RelativeTime } from '../relative-time.js';
import { countOf, texts } from '../texts.js';

export const READINESS = ['readiness'];
const METRICS = ['metrics'];

/** A 503 has the same body as a 200: which parts fail. */
async function fetchReadiness(client: CausewayClient, signal: AbortSignal) {
  const { data, error, response } = await client.GET('/health/ready', { signal });
  if (data !== undefined) return data;
  if (error !== undefined && 'parts' in error) return error;
  throw toCausewayError(error, response);
}

export const useReadiness = () => useRead(READINESS, fetchReadiness, { refetchInterval: 10_000 });

const fetchMetrics = (client: CausewayClient, signal: AbortSignal) =>
  unwrap(client.GET('/metrics/summary', { signal }));

/** Counts are totals since the service started. */
type Metrics = Awaited<ReturnType<typeof fetchMetrics>>;

/** Ten minutes. */
const MAX_HISTORY = 120;

/** The metrics of the last minutes, oldest first. They are requested only while the page is visible. */
function useMetrics() {
  const queryClient = useQueryClient();
  return useRead(
    METRICS,
    async (client, signal) => {
      const metrics = await fetchMetrics(client, signal);
      return [...(queryClient.getQueryData<Metrics[]>(METRICS) ?? []), metrics].slice(-MAX_HISTORY);
    },
    { refetchInterval: 5_000 },
  );
}

/** The rate between each two metrics. When the service has restarted, its counts start at 0. */
function perMinute(history: readonly Metrics[], totalOf: (metrics: Metrics) => number): number[] {
  return history.slice(1).map((metrics, index) => {
    const previous = history[index] ?? metrics;
    const [count, before] = [totalOf(metrics), totalOf(previous)];
    const minutes = (Date.parse(metrics.at) - Date.parse(previous.at)) / 60_000;
    return (count - (count < before ? 0 : before)) / Math.max(1 / 60, minutes);
  });
}

const formatNumber = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });
const sizeFormat = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
const formatBytes = (value: number) => sizeFormat.format(value / 1_000_000);
const averageOf = (seconds: number, count: number) =>
  count === 0 ? texts.none : `${formatNumber(Math.round((1000 * seconds) / count))} ms on average`;

interface MetricCardProps {
  name: string;
  /** Oldest first. */
  values: readonly number[];
  format?: (value: number) => string;
  unit?: string;
  details?: readonly (string | undefined)[] | undefined;
}

function MetricCard({ name, values, format = formatNumber, unit, details = [] }: MetricCardProps) {
  const current = values.at(-1);
  const max = format(Math.max(0, ...values));
  return (
    <Panel
      id={useId()}
      title={name}
      level="h3"
      action={values.some((value) => value > 0) && <Typography variant="caption">{`max ${max}`}</Typography>}
    >
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, fontVariantNumeric: 'tabular-nums', minHeight: 36 }}>
        {current !== undefined && <Box sx={{ fontSize: 24, fontWeight: 650 }}>{format(current)}</Box>}
        <Hint>{current === undefined ? 'Collecting…' : unit}</Hint>
      </Box>
      <LineChart values={values} label={`${name}: now ${format(current ?? 0)}, at most ${max} in this chart.`} />
      <Box sx={{ minHeight: 40 }}>
        {details.map((detail) => (
          <Hint key={detail}>{detail}</Hint>
        ))}
      </Box>
    </Panel>
  );
}

const HEIGHT = 56;
/** A shorter line starts further to the right. */
const MIN_POINTS = 24;

/** Its vertical axis reaches from 0 to the maximum. @param label the alternative text */
function LineChart({ values, label }: { values: readonly number[]; label: string }) {
  const max = Math.max(0, ...values) || 1;
  const count = Math.max(MIN_POINTS, values.length);
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`${values.length - count} ${-1.08 * max} ${count - 1} ${1.12 * max}`}
      preserveAspectRatio="none"
      stroke="currentColor"
      fill="none"
      sx={{ width: '100%', height: HEIGHT, color: 'primary.main', borderBottom: 1, borderColor: 'divider' }}
    >
      <polyline
        points={values.map((value, index) => `${index},${-value}`).join(' ')}
        strokeWidth="2"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </Box>
  );
}

const DAYS = 14;
/** More would be too many requests: then the chart begins later. */
const MAX_EVENTS = 5_000;

/** Out of the audit log. */
function EventsByDay({ type, name }: { type: 'connected' | 'refreshed'; name: string }) {
  const days = Array.from({ length: DAYS }, (_, index) => new Date().setHours(-24 * (DAYS - 1 - index), 0, 0, 0));
  const filter = { type, from: new Date(days[0] ?? 0).toISOString() };
  const { rows = [], hasNextPage } = usePaged({ ...lists.audit, filter, wanted: MAX_EVENTS, pageSize: 1_000 });
  const dayOf = rows.map(({ at }) => new Date(at).setHours(0, 0, 0, 0));
  // Of an earlier day, not all may be there.
  const complete = days.filter((day) => !hasNextPage || day > (dayOf.at(-1) ?? 0));
  const counts = complete.map((day) => dayOf.filter((one) => one === day).length);
  const sum = counts.reduce((all, count) => all + count, 0).toLocaleString();
  return <MetricCard name={name} values={counts} unit="today" details={[`${sum} in ${counts.length} days`]} />;
}

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

const COUNTS: Column<Metrics['integrations'][number]>[] = API_VALUES.FailureSource.map((source) => ({
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
  const failures = current?.failures.map((row) => ({ ...row, id: `${row.source} ${row.reason}` })) ?? [];
  const integrations = current?.integrations.map((row) => ({ ...row, id: row.integration }));
  const columns: typeof COUNTS = [
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
      {integrations && <DataTable label="By integration" columns={columns} rows={integrations} />}
      {failures.length > 0 && <DataTable label="Failures by reason" columns={FAILURES} rows={failures} />}
    </>
  );
}

const CARDS = { display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 260px), 1fr))' };

const PARTS: Partial<Record<string, string>> = { store: 'Store', syncs: 'Store of syncs' };
const STORES: Partial<Record<string, string>> = { redis: 'Redis', embedded: 'Embedded store', postgres: 'PostgreSQL' };

function Status() {
  const readiness = useReadiness();
  const nameOf = useIntegrationNames();
  const { data } = readiness;
  if (data === undefined || readiness.isError) return <RequestState of={[readiness]} height={150} />;
  const rows = Object.entries(data.parts).map(([id, part]) => ({ id, ...part }));
  const columns: Column<(typeof rows)[number]>[] = [
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
      <Typography role="status">{`The service is ${data.status === 'ok' ? 'ready' : 'not ready'}.`}</Typography>
      <DataTable label={texts.status} columns={columns} rows={rows} />
    </>
  );
}
