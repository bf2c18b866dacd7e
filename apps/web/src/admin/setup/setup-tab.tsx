import { useQuery } from '@tanstack/react-query';
import { Box, Skeleton } from '@mui/material';
import { unwrap } from '@causeway/client';
import { useCauseway } from '@causeway/react';
import { useIntegrations } from '../../api/queries.js';
import { problemOf } from '../../api/client.js';
import { Hint } from '../../layout/hint.js';
import { ProblemAlert } from '../../layout/problem-alert.js';
import { useReadiness } from '../health/use-readiness.js';
import { texts } from '../texts.js';
import { SetupCard } from './setup-card.js';

const GRID = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
};

export function SetupTab() {
  const integrations = useIntegrations();
  const client = useCauseway();
  const setups = useQuery({
    queryKey: ['setups'],
    queryFn: async ({ signal }) => (await unwrap(client.GET('/integrations/setup', { signal }))).setups,
  });
  const failed = [integrations, setups].find(({ isError }) => isError);
  const parts = useReadiness().data?.parts ?? {};
  return (
    <>
      <Hint>{texts.setup.intro}</Hint>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {(integrations.isPending || setups.isPending) && (
        <Box sx={GRID} role="img" aria-label={texts.setup.loading}>
          {[1, 2, 3, 4].map((number) => (
            <Skeleton key={number} variant="rounded" height={330} />
          ))}
        </Box>
      )}
      <Box sx={GRID}>
        {(setups.isPending ? [] : (integrations.data ?? [])).map((integration) => {
          const part = parts[integration.id];
          const rejection = part?.status === 'failing' ? part.detail : null;
          const setup = setups.data?.find((one) => one.integration === integration.id);
          return <SetupCard key={integration.id} integration={integration} setup={setup} rejection={rejection} />;
        })}
      </Box>
    </>
  );
}
