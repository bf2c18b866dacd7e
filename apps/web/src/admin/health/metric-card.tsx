import { useId, useState } from 'react';
import { Box, Typography } from '@mui/material';
import { Hint, Panel } from '../../layout/content.js';
import { lists, usePaged } from '../lists.js';

export const formatNumber = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 1 });

interface MetricCardProps {
  name: string;
  /** Oldest first. */
  values: readonly number[];
  format?: (value: number) => string;
  unit?: string;
  details: readonly (string | undefined)[] | undefined;
}

export function MetricCard({ name, values, format = formatNumber, unit, details = [] }: MetricCardProps) {
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
      <Hint sx={{ whiteSpace: 'pre-line', minHeight: 40 }}>{details.join('\n')}</Hint>
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
  const yOf = (value: number) => (HEIGHT - 2 - (value / max) * (HEIGHT - 6)).toFixed(1);
  const points = values.map((value, index) => `${xOf(index)},${yOf(value)}`).join(' ');
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      stroke="currentColor"
      fill="none"
      sx={{ width: '100%', height: HEIGHT, color: 'primary.main', borderBottom: 1, borderColor: 'divider' }}
    >
      <polyline points={points} strokeWidth="2" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </Box>
  );
}

const DAYS = 14;
/** More would be too many requests: then the chart begins later. */
const MAX_EVENTS = 5_000;

const startOf = (time: string | number) => new Date(time).setHours(0, 0, 0, 0);

/** Out of the audit log. */
export function EventsByDay({ type, name }: { type: 'connected' | 'refreshed'; name: string }) {
  const [days] = useState(() =>
    Array.from({ length: DAYS }, (_, index) => new Date().setHours(-24 * (DAYS - 1 - index), 0, 0, 0)),
  );
  const filter = { type, from: new Date(days[0] ?? 0).toISOString() };
  const page = { wanted: MAX_EVENTS, pageSize: 1_000 };
  const { rows = [], hasNextPage } = usePaged({ queryKey: ['events by day'], list: lists.audit, filter, ...page });
  const dayOf = rows.map(({ at }) => startOf(at));
  // Of an earlier day, not all may be there.
  const complete = days.filter((day) => !hasNextPage || day > (dayOf.at(-1) ?? 0));
  const counts = complete.map((day) => dayOf.filter((one) => one === day).length);
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
