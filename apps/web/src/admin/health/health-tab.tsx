import { Box, Typography } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import { Failures } from './failures.js';
import { MetricCard } from './metric-card.js';
import { StatePanel } from './state-panel.js';
import { perMinute, useMetrics, type Metrics } from './use-metrics.js';

const labels = texts.health;
const COUNTERS = ['connects', 'loads', 'refreshes', 'providerCalls', 'requests'] as const;

const rateFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const sizeFormat = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });
const formatRate = (value: number) => rateFormat.format(value);
const formatBytes = (value: number) => sizeFormat.format(value / 1_000_000);

export function HealthTab() {
  const { data: history = [], error, isError, refetch } = useMetrics();
  const current = history.at(-1);
  return (
    <>
      <StatePanel />
      <Box>
        <Typography variant="h3">{labels.metrics}</Typography>
        <Hint>{labels.metricsHint}</Hint>
      </Box>
      {isError && (
        <ProblemAlert
          problem={current === undefined ? problemOf(error) : { ...problemOf(error), detail: labels.stale }}
          onRetry={refetch}
        />
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            sm: 'repeat(2, minmax(0, 1fr))',
            lg: 'repeat(3, minmax(0, 1fr))',
          },
        }}
      >
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
      <Failures failures={current?.failures ?? []} />
    </>
  );
}

function detailsOf(metrics: Metrics, name: (typeof COUNTERS)[number]): string[] {
  const count = metrics[name];
  const seconds =
    name === 'providerCalls' ? metrics.providerCallSeconds : name === 'requests' ? metrics.requestSeconds : null;
  const average = seconds !== null && count > 0 ? [labels.averageMs(Math.round((1000 * seconds) / count))] : [];
  return [labels.total(count), ...average];
}
