import { Box } from '@mui/material';

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
export function LineChart({ values, label }: LineChartProps) {
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
