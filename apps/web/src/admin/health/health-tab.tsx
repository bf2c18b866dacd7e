import { useId, useState } from 'react';
import { Box, Link, Paper, Skeleton, Typography } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { API_VALUES } from '@causeway/client';
import { problemOf } from '../../api/client.js';
import { Hint, Panel } from '../../layout/content.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { StateChip } from '../../layout/state-chip.js';
import { useMay } from '../../session/caller.js';
import { DataTable, type Column } from '../data-table.js';
import { lists, useIntegrationNames, usePaged } from '../lists.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { perMinute, useMetrics, useReadiness, type Metrics } from './queries.js';

interface MetricCardProps {
  name: string;
  /** Oldest first. */
  values: readonly number[];
  format?: (value: number) => string;
  unit?: string;
  details: string[];
}

function MetricCard({ name, values, format = formatNumber, unit, details }: MetricCardProps) {
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

const WIDTH = 240;
const HEIGHT = 56;
/** A shorter line starts further to the right. */
const MIN_POINTS = 24;

/** Its vertical axis reaches from 0 to the maximum. @param label the alternative text */
function LineChart({ values, label }: { values: readonly number[]; label: string }) {
  const max = Math.max(...values, Number.EPSILON);
  const step = WIDTH / (Math.max(MIN_POINTS, values.length) - 1);
  const xOf = (index: number) => (WIDTH - (values.length - 1 - index) * step).toFixed(1);
  const line = values
    .map((value, index) => `${xOf(index)},${(HEIGHT - 2 - (value / max) * (HEIGHT - 6)).toFixed(1)}`)
    .join(' ');
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      stroke="currentColor"
      fill="none"
      sx={{ display: 'block', width: '100%', height: HEIGHT, color: 'primary.main' }}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} strokeOpacity="0.3" />
      <polyline points={line} strokeWidth="2" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </Box>
  );
}

const sizeFormat = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
const formatNumber = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });
const formatBytes = (value: number) => sizeFormat.format(value / 1_000_000);
const averageOf = (seconds: number, count: number) =>
  count === 0 ? texts.none : `${formatNumber(Math.round((1000 * seconds) / count))} ms on average`;

const SOURCES = { connects: 'Connects', loads: 'Loads', refreshes: 'Refreshes', providerCalls: 'Provider calls' };

/** Each with the total since the service started, and what else is to be said of it. */
const COUNTERS: [name: string, (metrics: Metrics) => number, ((metrics: Metrics) => string)?][] = [
  [SOURCES.connects, ({ connects }) => connects],
  [SOURCES.loads, ({ loads }) => loads],
  [SOURCES.refreshes, ({ refreshes }) => refreshes],
  [
    SOURCES.providerCalls,
    ({ providerCalls }) => providerCalls,
    (all) => averageOf(all.providerCallSeconds, all.providerCalls),
  ],
  ['Requests', ({ requests }) => requests, (all) => averageOf(all.requestSeconds, all.requests)],
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
  const { data: history = [], error, refetch } = useMetrics();
  const nameOf = useIntegrationNames();
  const isAdmin = useMay('admin');
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
              {current.processes === 1
                ? 'Counted by this process, which started'
                : `Counted by ${current.processes} workers on this machine, started`}{' '}
              <RelativeTime time={current.since} />.{' '}
            </>
          )}
          Charts begin when you open this page and update every 5 seconds.{' '}
          <Link component={RouterLink} href="/admin?tab=activity&status=failed">
            Failed calls of all processes
          </Link>
        </Hint>
      </Box>
      {error !== null && (
        <ProblemAlert
          problem={{
            ...problemOf(error),
            ...(current && { detail: 'These metrics are out of date because the service is not responding.' }),
          }}
          onRetry={refetch}
        />
      )}
      <Box sx={CARDS}>
        {COUNTERS.map(([name, countOf, averageIn]) => (
          <MetricCard
            key={name}
            name={name}
            values={perMinute(history, countOf)}
            unit="per minute"
            details={current ? [`${formatNumber(countOf(current))} since start`, averageIn?.(current) ?? ''] : []}
          />
        ))}
        <MetricCard
          name="Memory"
          values={history.map(({ memoryBytes }) => memoryBytes)}
          format={formatBytes}
          details={current ? [`${formatBytes(current.heapBytes)} used by JavaScript`] : []}
        />
        {isAdmin && <ByDay type="connected" name="Connects by day" />}
        {isAdmin && <ByDay type="refreshed" name="Refreshes by day" />}
      </Box>
      {current && (
        <Paper variant="outlined">
          <DataTable
            label="By integration"
            columns={integrations}
            rows={current.integrations.map((row) => ({ ...row, id: row.integration }))}
          />
        </Paper>
      )}
      {current && current.failures.length > 0 && (
        <Paper variant="outlined">
          <DataTable
            label="Failures by reason"
            columns={FAILURES}
            rows={current.failures.map((row) => ({ ...row, id: `${row.source} ${row.reason}` }))}
          />
        </Paper>
      )}
    </>
  );
}

const DAYS = 14;
/** More would be too many requests: then the chart begins later. */
const MAX_EVENTS = 5_000;

/** Out of the audit log. */
function ByDay({ type, name }: { type: 'connected' | 'refreshed'; name: string }) {
  const [days] = useState(() =>
    Array.from({ length: DAYS }, (_, index) => new Date().setHours(-24 * (DAYS - 1 - index), 0, 0, 0)),
  );
  const filter = { type, from: new Date(days[0] ?? 0).toISOString() };
  const page = { wanted: MAX_EVENTS, pageSize: 1_000 };
  const { rows = [], hasNextPage } = usePaged({ queryKey: ['events by day'], list: lists.audit, filter, ...page });
  const times = rows.map(({ at }) => Date.parse(at));
  // Of an earlier day, not all may be there.
  const complete = days.filter((day) => !hasNextPage || day > (times.at(-1) ?? 0));
  const counts = complete.map((day, index) => {
    const next = complete[index + 1] ?? Infinity;
    return times.filter((time) => time >= day && time < next).length;
  });
  const sum = counts.reduce((all, count) => all + count, 0);
  return (
    <MetricCard
      name={name}
      values={counts}
      unit="today"
      details={[`${sum.toLocaleString()} in ${counts.length} days`]}
    />
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
  const { data, error, refetch } = useReadiness();
  const nameOf = useIntegrationNames();
  if (error !== null) return <ProblemAlert problem={problemOf(error)} onRetry={refetch} />;
  if (data === undefined) return <Skeleton height={150} aria-label={texts.loading} />;
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
      <Typography role="status">
        {data.status === 'ok' ? 'The service is ready.' : 'The service is not ready.'}
      </Typography>
      <Paper variant="outlined">
        <DataTable label={texts.status} columns={columns} rows={rows} />
      </Paper>
    </>
  );
}
