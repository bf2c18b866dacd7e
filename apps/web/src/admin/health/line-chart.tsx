import { Box } from '@mui/material';

const WIDTH = 240;
const HEIGHT = 56;

interface LineChartProps {
  values: readonly number[];
  /** So many fit at least: a line that begins grows from the right. */
  room: number;
  /** What it shows, in words. */
  label: string;
}

/** A line over the last minutes, from nothing to the most that there was. */
export function LineChart({ values, room, label }: LineChartProps) {
  const most = Math.max(...values, Number.EPSILON);
  const places = Math.max(room, values.length) - 1;
  const points = values.map((value, index) => {
    const x = WIDTH - ((values.length - 1 - index) * WIDTH) / places;
    return [x, HEIGHT - 2 - (value / most) * (HEIGHT - 6)] as const;
  });
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const [first] = points;
  const area = first === undefined ? '' : `${first[0].toFixed(1)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`;
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
      <polygon points={area} fill="currentColor" fillOpacity="0.15" />
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
