import { Box, Typography } from '@mui/material';
import { problemOf } from '../../api/service-problem.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import { Failures } from './failures.js';
import { FigureCard } from './figure-card.js';
import { perMinute, type Figures } from './figures.js';
import { StatePanel } from './state-panel.js';
import { useFigures } from './use-figures.js';

const words = texts.health;
/** Two minutes; what is kept fills it, and is drawn closer together from then on. */
const ROOM = 24;
const COUNTED = ['connects', 'loads', 'refreshes', 'calls', 'requests'] as const;
const SECONDS = { calls: 'callSeconds', requests: 'requestSeconds' } as const;

const rate = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const megabytes = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 });

const formatRate = (value: number) => rate.format(value);
const formatBytes = (value: number) => megabytes.format(value / 1_000_000);

export function HealthTab() {
  const { data = [], error, isError, refetch } = useFigures();
  const now = data.at(-1);
  return (
    <>
      <StatePanel />
      <Box>
        <Typography variant="h3">{words.figures}</Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {words.figuresHint}
        </Typography>
      </Box>
      {isError ? (
        <ProblemAlert
          problem={now === undefined ? problemOf(error) : { ...problemOf(error), detail: words.stale }}
          onRetry={() => void refetch()}
        />
      ) : null}
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
        {COUNTED.map((name) => (
          <FigureCard
            key={name}
            name={words.charts[name]}
            values={perMinute(data, name)}
            room={ROOM}
            format={formatRate}
            unit={words.perMinute}
            details={now === undefined ? [] : detailsOf(now, name)}
          />
        ))}
        <FigureCard
          name={words.charts.memory}
          values={data.map(({ memoryBytes }) => memoryBytes)}
          room={ROOM}
          format={formatBytes}
          details={now === undefined ? [] : [words.heap(formatBytes(now.heapBytes))]}
        />
      </Box>
      <Failures failures={now?.failures ?? []} />
    </>
  );
}

function detailsOf(now: Figures, name: (typeof COUNTED)[number]): string[] {
  const seconds = name === 'calls' || name === 'requests' ? now[SECONDS[name]] : null;
  const total = words.total(now[name]);
  if (seconds === null || now[name] === 0) return [total];
  return [total, words.averageMs(Math.round((1000 * seconds) / now[name]))];
}
