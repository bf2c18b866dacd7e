import { Box, Chip, Paper, Skeleton, Typography } from '@mui/material';
import { useIntegrations } from '../../api/queries.js';
import { problemOf } from '../../api/service-problem.js';
import { ProblemAlert } from '../../problem/problem-alert.js';
import { texts } from '../texts.js';
import { useReadiness } from './use-readiness.js';

const words = texts.health;

export function StatePanel() {
  const { data, error, isError, refetch } = useReadiness();
  const names = new Map(useIntegrations().data?.map(({ id, name }) => [id, name]));
  if (isError) return <ProblemAlert problem={problemOf(error)} onRetry={() => void refetch()} />;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby="state-title"
      sx={{ p: 2, display: 'grid', gap: 1.5 }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        <Typography variant="h3" id="state-title">
          {words.title}
        </Typography>
        <Typography variant="body2" role="status" sx={{ color: 'text.secondary' }}>
          {data === undefined ? '' : data.status === 'ok' ? words.allOk : words.notOk}
        </Typography>
      </Box>
      {data === undefined ? (
        <Skeleton height={32} />
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
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
                label={status === 'ok' ? words.ok : words.failing}
              />
              <span>
                <strong>{words.parts[part] ?? names.get(part) ?? part}</strong>
                {detail === null ? null : ` · ${words.kinds[detail] ?? detail}`}
              </span>
            </Box>
          ))}
        </Box>
      )}
    </Paper>
  );
}
