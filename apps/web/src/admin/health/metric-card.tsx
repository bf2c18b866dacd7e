import { Box, Paper, Typography } from '@mui/material';
import { texts } from '../texts.js';

const labels = texts.health;

interface MetricCardProps {
  name: string;
  /** Oldest first. */
  values: readonly number[];
  format: (value: number) => string;
  unit?: string;
  details: string[];
}

export function MetricCard({ name, values, format, unit, details }: MetricCardProps) {
  const current = values.at(-1);
  const max = format(Math.max(0, ...values));
  return (
    <Paper component="section" variant="outlined" aria-label={name} sx={{ p: 2, display: 'grid', gap: 1, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'baseline', justifyContent: 'space-between', gap: 1 }}>
        <Typography variant="h3">{name}</Typography>
        <Typography variant="caption" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
          {values.some((value) => value > 0) && labels.max(max)}
        </Typography>
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 0.75, minHeight: 36 }}>
        {current !== undefined && (
          <Box component="span" sx={{ fontSize: 24, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>
            {format(current)}
          </Box>
        )}
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
          {current === undefined ? labels.collecting : unit}
        </Typography>
      </Box>
      <LineChart values={values} label={labels.chart(name, format(current ?? 0), max)} />
      <Box sx={{ typography: 'body2', color: 'text.secondary', fontVariantNumeric: 'tabular-nums', minHeight: 40 }}>
        {details.map((detail) => (
          <div key={detail}>{detail}</div>
        ))}
      </Box>
    </Paper>
  );
}

const WIDTH = 240;
const HEIGHT = 56;
/** A shorter line starts further to the right. */
const MIN_POINTS = 24;

interface LineChartProps {
  values: readonly number[];
  /** The alternative text. */
  label: string;
}

/** Its vertical axis reaches from 0 to the maximum. */
function LineChart({ values, label }: LineChartProps) {
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
      sx={{ display: 'block', width: '100%', height: HEIGHT, color: 'primary.main' }}
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} stroke="currentColor" strokeOpacity="0.3" />
      {values.length > 0 && (
        <polygon points={`${xOf(0)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} fill="currentColor" fillOpacity="0.15" />
      )}
      <polyline
        points={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </Box>
  );
}
