import { Box, Chip, Skeleton } from '@mui/material';
import { problemOf } from '../../api/client.js';
import { useIntegrations } from '../../api/queries.js';
import { Hint } from '../../layout/hint.js';
import { Panel } from '../../layout/panel.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { texts } from '../texts.js';
import { useReadiness } from './use-readiness.js';

const labels = texts.health;

export function StatePanel() {
  const { data, error, isError, refetch } = useReadiness();
  const names = new Map(useIntegrations().data?.map(({ id, name }) => [id, name]));
  if (isError) return <ProblemAlert problem={problemOf(error)} onRetry={refetch} />;
  return (
    <Panel id="state-title" title={labels.title} level="h3">
      <Hint role="status">{data && (data.status === 'ok' ? labels.ready : labels.notReady)}</Hint>
      {data === undefined ? (
        <Skeleton height={32} />
      ) : (
        <Box component="ul" sx={{ display: 'grid', gap: 1 }}>
          {Object.entries(data.parts).map(([part, { status, detail }]) => (
            <Box
              component="li"
              key={part}
              sx={{ display: 'flex', gap: 1.5, alignItems: 'baseline', typography: 'body2' }}
            >
              <Chip
                size="small"
                variant="outlined"
                color={status === 'ok' ? 'success' : 'error'}
                label={labels.states[status]}
              />
              <span>
                <strong>{labels.parts[part] ?? names.get(part) ?? part}</strong>
                {detail !== null && ` · ${labels.kinds[detail] ?? detail}`}
              </span>
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
