import { Box, LinearProgress } from '@mui/material';
import { Hint } from '../../layout/hint.js';
import { Panel } from '../../layout/panel.js';
import { texts } from '../texts.js';
import type { Metrics } from './use-metrics.js';

const labels = texts.health;

/** @param failures most frequent first */
export function Failures({ failures }: Pick<Metrics, 'failures'>) {
  const max = failures[0]?.count ?? 1;
  return (
    <Panel id="failures-title" title={labels.failures} level="h3">
      {failures.length === 0 ? (
        <Hint>{labels.noFailures}</Hint>
      ) : (
        <Box component="ul" sx={{ display: 'grid', gap: 1 }}>
          {failures.map(({ source, reason, count }) => (
            <Box component="li" key={`${source} ${reason}`} sx={{ display: 'grid', gap: 0.5 }}>
              <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, typography: 'body2' }}>
                <span>
                  <strong>{reason}</strong> · {labels.sources[source]}
                </span>
                <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums' }}>
                  {count.toLocaleString()}
                </Box>
              </Box>
              <LinearProgress
                aria-hidden
                variant="determinate"
                color="warning"
                value={Math.max(2, (100 * count) / max)}
                sx={{ height: 6, borderRadius: 3 }}
              />
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
