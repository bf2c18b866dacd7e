import { Box, Paper, Typography } from '@mui/material';
import { texts } from '../texts.js';
import { LineChart } from './line-chart.js';

const words = texts.health;

interface FigureCardProps {
  name: string;
  /** Over the last minutes; empty until there is something to compare with. */
  values: readonly number[];
  room: number;
  format: (value: number) => string;
  unit?: string;
  details: string[];
}

export function FigureCard({ name, values, room, format, unit, details }: FigureCardProps) {
  const now = values.at(-1);
  const most = format(Math.max(0, ...values));
  return (
    <Paper component="section" variant="outlined" aria-label={name} sx={{ p: 2, display: 'grid', gap: 1, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'baseline', justifyContent: 'space-between', gap: 1 }}>
        <Typography variant="h3">{name}</Typography>
        <Typography variant="caption" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
          {values.some((value) => value > 0) ? words.most(most) : ''}
        </Typography>
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 0.75, minHeight: 36 }}>
        {now === undefined ? (
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {words.collecting}
          </Typography>
        ) : (
          <>
            <Box component="span" sx={{ fontSize: 24, fontWeight: 650, fontVariantNumeric: 'tabular-nums' }}>
              {format(now)}
            </Box>
            <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
              {unit}
            </Typography>
          </>
        )}
      </Box>
      <LineChart values={values} room={room} label={words.chart(name, format(now ?? 0), most)} />
      <Box sx={{ typography: 'body2', color: 'text.secondary', fontVariantNumeric: 'tabular-nums', minHeight: 40 }}>
        {details.map((detail) => (
          <div key={detail}>{detail}</div>
        ))}
      </Box>
    </Paper>
  );
}
