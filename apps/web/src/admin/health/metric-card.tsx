import { Box, Paper, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { LineChart } from './line-chart.js';

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
