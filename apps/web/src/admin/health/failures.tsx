import { Box, Paper, Typography } from '@mui/material';
import { texts } from '../texts.js';
import type { Failure } from './figures.js';

const words = texts.health;

/** Bars as long as the reasons are frequent. */
export function Failures({ failures }: { failures: Failure[] }) {
  const most = failures[0]?.count ?? 1;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby="failures-title"
      sx={{ p: 2, display: 'grid', gap: 1.5 }}
    >
      <Typography variant="h3" id="failures-title">
        {words.failures}
      </Typography>
      {failures.length === 0 ? (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {words.noFailures}
        </Typography>
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
          {failures.map(({ source, reason, count }) => (
            <Box component="li" key={`${source} ${reason}`} sx={{ display: 'grid', gap: 0.5 }}>
              <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, typography: 'body2' }}>
                <span>
                  <strong>{reason}</strong> · {words.sources[source]}
                </span>
                <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums' }}>
                  {count.toLocaleString()}
                </Box>
              </Box>
              <Box aria-hidden sx={{ height: 6, borderRadius: 3, bgcolor: 'action.hover' }}>
                <Box
                  sx={{ height: 6, borderRadius: 3, bgcolor: 'warning.main' }}
                  style={{ width: `${Math.max(2, (100 * count) / most)}%` }}
                />
              </Box>
            </Box>
          ))}
        </Box>
      )}
    </Paper>
  );
}
