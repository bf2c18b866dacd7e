import { Box, Link, Paper, Typography } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { DataTable, type Column } from '../data-table.js';
import { RelativeTime } from '../relative-time.js';
import { texts } from '../texts.js';
import { MetricCard } from './metric-card.js';
import { StatePanel } from './state-panel.js';
import { perMinute, useMetrics, type Metrics } from './use-metrics.js';

const labels = texts.health;
const COUNTERS = ['connects', 'loads', 'refreshes', 'providerCalls', 'requests'] as const;
const SOURCES = ['connects', 'loads', 'refreshes', 'providerCalls'] as const;

const rateFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const sizeFormat = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
const formatRate = (value: number) => rateFormat.format(value);
const formatBytes = (value: number) => sizeFormat.format(value / 1_000_000);

type IntegrationRow = Metrics['integrations'][number] & { id: string };
type FailureRow = Metrics['failures'][number] & { id: string };

const FAILURES: Column<FailureRow>[] = [
  { label: labels.reason, cell: ({ reason }) => <strong>{reason}</strong> },
  { label: labels.during, cell: ({ source }) => labels.sources[source] },
  { label: labels.count, cell: ({ count }) => count.toLocaleString() },
];

export function HealthTab() {
  const { data: history = [], error, isError, refetch } = useMetrics();
  const names = new Map(useIntegrations().data?.map(({ id, name }) => [id, name]));
  const current = history.at(-1);
  const integrations: Column<IntegrationRow>[] = [
    { label: texts.integration, cell: ({ integration }) => <strong>{names.get(integration) ?? integration}</strong> },
    ...SOURCES.map((source): Column<IntegrationRow> => ({
      label: labels.charts[source],
      ...(source !== 'providerCalls' && { from: 'sm' as const }),
      cell: (row) => labels.counted(row[source].count, row[source].failed),
    })),
    {
      label: labels.averageCall,
      from: 'sm',
      cell: ({ providerCalls: { count }, providerCallSeconds: seconds }) =>
        count === 0 ? texts.none : labels.averageMs(Math.round((1000 * seconds) / count)),
    },
  ];
  return (
    <>
      <StatePanel />
      <Box>
        <Typography variant="h3">{labels.metrics}</Typography>
        <Hint>
          {current && (
            <>
              {labels.countedBy(current.processes)} <RelativeTime time={current.since} />.{' '}
            </>
          )}
          {labels.metricsHint}{' '}
          <Link component={RouterLink} href="/admin?tab=activity&status=failed">
            {labels.failedActivity}
          </Link>
        </Hint>
      </Box>
      {isError && (
        <ProblemAlert
          problem={current === undefined ? problemOf(error) : { ...problemOf(error), detail: labels.stale }}
          onRetry={refetch}
        />
      )}
      <Box sx={GRID}>
        {COUNTERS.map((name) => (
          <MetricCard
            key={name}
            name={labels.charts[name]}
            values={perMinute(history, name)}
            format={formatRate}
            unit={labels.perMinute}
            details={current === undefined ? [] : detailsOf(current, name)}
          />
        ))}
        <MetricCard
          name={labels.charts.memory}
          values={history.map(({ memoryBytes }) => memoryBytes)}
          format={formatBytes}
          details={current === undefined ? [] : [labels.heap(formatBytes(current.heapBytes))]}
        />
      </Box>
      {current && (
        <>
          <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
            <DataTable
              label={labels.byIntegration}
              columns={integrations}
              rows={current.integrations.map((row) => ({ ...row, id: row.integration }))}
            />
          </Paper>
          <Paper variant="outlined" sx={{ overflow: 'hidden' }} hidden={current.failures.length === 0}>
            <DataTable
              label={labels.failures}
              columns={FAILURES}
              rows={current.failures.map((row) => ({ ...row, id: `${row.source} ${row.reason}` }))}
            />
          </Paper>
        </>
      )}
    </>
  );
}

const GRID = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))', lg: 'repeat(3, minmax(0, 1fr))' },
};

function detailsOf(metrics: Metrics, name: (typeof COUNTERS)[number]): string[] {
  const count = metrics[name];
  const seconds =
    name === 'providerCalls' ? metrics.providerCallSeconds : name === 'requests' ? metrics.requestSeconds : null;
  const average = seconds !== null && count > 0 ? [labels.averageMs(Math.round((1000 * seconds) / count))] : [];
  return [labels.total(count), ...average];
}
